import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { BundledPackage } from './packages.ts';

export interface SbomFacts {
  readonly version: string;
  readonly nodeVersion: string;
  /** Of the program, in hex. */
  readonly sha256: string;
  readonly packages: readonly BundledPackage[];
  /** Time of the sources, so that two builds say the same. */
  readonly builtAt: Date;
}

/** What is inside the program, as CycloneDX 1.6 JSON: Node, and each package that esbuild took code from. */
export function makeSbom({ version, nodeVersion, sha256, packages, builtAt }: SbomFacts): string {
  const bom = new Models.Bom();
  bom.metadata.timestamp = builtAt;
  const program = component(Enums.ComponentType.Application, {
    name: 'spark-nats-consumer',
    version,
    license: 'MIT',
    purl: `pkg:deb/spark/spark-nats-consumer@${version}`,
  });
  program.hashes.set(Enums.HashAlgorithm['SHA-256'], sha256);
  bom.metadata.component = program;
  const node = component(Enums.ComponentType.Platform, {
    name: 'node',
    version: nodeVersion,
    license: 'MIT',
    purl: `pkg:generic/node@${nodeVersion}`,
  });
  bom.components.add(node);
  program.dependencies.add(node.bomRef);
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
