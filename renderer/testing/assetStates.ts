import type { Uas, UasNode } from '../../shared/contracts/uas.ts';
import type { GalleryState } from './galleryState.ts';
import { sampleSnapshot } from './samples.ts';

const node = (id: string, name: string, types: readonly string[], children: UasNode[] = []): UasNode => ({
  id,
  name,
  active: true,
  components: types.map((type) => ({ type, enabled: true, properties: { m_Mass: 1.5, m_UseGravity: true } })),
  transform: { position: [0, 1, 0], rotation: [0, 90, 0], scale: [1, 1, 1] },
  children,
});
const uas = (hierarchy: UasNode[], path = 'Assets/Prefabs/Player.prefab'): Uas => ({
  uasVersion: '1.1',
  asset: { path, type: 'GameObject', name: 'Player' },
  hierarchy,
  dependencies: [{ path: 'Assets/Materials/Player.mat' }, { path: 'Assets/Scripts/PlayerController.cs' }],
  unreadable: [{ what: 'Animator', why: 'its controller is packed' }],
});
const small = uas([
  node(
    '0',
    'Player',
    ['Rigidbody', 'PlayerController'],
    [
      node('0/0', 'Body', ['MeshFilter', 'MeshRenderer']),
      { ...node('0/1', 'Muzzle flash \u202eright to left', ['ParticleSystem']), active: false },
    ],
  ),
]);
const large = uas(
  Array.from({ length: 40 }, (_, group) =>
    node(
      `${group}`,
      `Block ${group} of the old town with a very long name that does not end soon`,
      ['MeshRenderer'],
      Array.from({ length: 99 }, (_child, nth) =>
        node(`${group}/${nth}`, `House ${nth}`, ['MeshFilter', 'MeshRenderer']),
      ),
    ),
  ),
  'Assets/Scenes/Old Town/Quarters/Northern/OldTownWithAVeryLongNameIndeed.unity',
);
const shown = (more: Partial<GalleryState>): GalleryState => ({
  snapshot: sampleSnapshot(),
  window: { panelTab: 'assets' },
  ...more,
});

export const assetStates: Readonly<Record<string, GalleryState>> = {
  assetsEmpty: shown({}),
  assetsFound: shown({ asset: { word: 'crate' } }),
  assetTree: shown({ asset: { open: small } }),
  assetTreeLarge: shown({ asset: { open: large } }),
  assetFailed: shown({
    asset: { fails: 'Unity is building; its assets cannot be read until it ends. Nothing was changed.' },
  }),
};
