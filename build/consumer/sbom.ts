import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { BundledPackage } from './packages.ts';

export interface SbomFacts {
  readonly program: {
    readonly name: string;
    readonly version: string;
    /** `deb`, or `generic` where it comes in several kinds of package. */
    readonly purlType: 'deb' | 'generic';
    /** Of the file that holds its code, in hex. */
    readonly sha256: string;
  };
  /** What runs its code, and comes with it. */
  readonly platform: { readonly name: string; readonly version: string; readonly purl: string };
  readonly packages: readonly BundledPackage[];
  /** Time of the sources, so that two builds say the same. */
  readonly builtAt: Date;
}

/** What is inside a program, as CycloneDX 1.6 JSON: what runs it, and each package whose code was taken. */
export function makeSbom({ program: of, platform, packages, builtAt }: SbomFacts): string {
  const bom = new Models.Bom();
  bom.metadata.timestamp = builtAt;
  const program = component(Enums.ComponentType.Application, {
    name: of.name,
    version: of.version,
    license: 'MIT',
    purl: `pkg:${of.purlType}/spark/${of.name}@${of.version}`,
  });
  program.hashes.set(Enums.HashAlgorithm['SHA-256'], of.sha256);
  bom.metadata.component = program;
  const runtime = component(Enums.ComponentType.Platform, { ...platform, license: 'MIT' });
  bom.components.add(runtime);
  program.dependencies.add(runtime.bomRef);
  for (const each of packages) {
    const purl = `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`;
    const one = component(Enums.ComponentType.Library, { ...each, purl });
    one.hashes.set(Enums.HashAlgorithm['SHA-512'], each.sha512);
    bom.components.add(one);
    program.dependencies.add(one.bomRef);
  }
  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(normalizer).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function component(
  type: Enums.ComponentType,
  of: { readonly name: string; readonly version: string; readonly license: string; readonly purl: string },
): Models.Component {
  const made = new Models.Component(type, of.name, { bomRef: of.purl, version: of.version, purl: of.purl });
  made.licenses.add(
    / (AND|OR|WITH) /.test(of.license) ? new Models.LicenseExpression(of.license) : new Models.SpdxLicense(of.license),
  );
  return made;
}
