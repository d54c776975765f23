import type { BundledPackage } from '../consumer/packages.ts';
import { makeSbom } from '../consumer/sbom.ts';
import type { Product } from './product.ts';

/** What is inside the app: Electron, which brings Chromium and Node, and each package whose code is in its archive. */
export function desktopSbom(of: {
  readonly product: Product;
  readonly electronVersion: string;
  /** Of the app's archive, in hex. */
  readonly sha256: string;
  readonly packages: readonly BundledPackage[];
  readonly builtAt: Date;
}): string {
  const { product, electronVersion, sha256, packages, builtAt } = of;
  return makeSbom({
    program: { name: product.name, version: product.version, purlType: 'generic', sha256 },
    platform: { name: 'electron', version: electronVersion, purl: `pkg:npm/electron@${electronVersion}` },
    packages,
    builtAt,
  });
}
