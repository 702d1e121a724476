import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { CommandFailed, runCommand, say } from '../command.ts';
import { checkout } from '../folders.ts';
import { dashboardFiles } from './dashboards.ts';
import { schemasOf } from './schemas.ts';
import {
  frontConfiguration,
  frontFile,
  overlays,
  readmeFile,
  renderedFile,
  ruleManifest,
  rulesFile,
  schemasFile,
  sourcesLine,
} from './sources.ts';

const manifest = z.looseObject({ apiVersion: z.string(), kind: z.string() });

await runCommand(manifests);

/** Renders the overlays of k8s/ as kubectl would apply them, so that tests can look at them without it. */
async function manifests(): Promise<number> {
  const { values } = parseArgs({ options: { kubeconfig: { type: 'string' } } });
  writeFileSync(frontFile, frontConfiguration());
  writeFileSync(rulesFile, ruleManifest());
  for (const { file, text } of dashboardFiles()) writeFileSync(file, text);
  for (const overlay of overlays) {
    const text = await kubectl('kustomize', join(checkout, 'k8s/overlays', overlay));
    writeFileSync(renderedFile(overlay), sourcesLine() + text);
    say(`Wrote ${renderedFile(overlay)}`);
  }
  if (values.kubeconfig) await askCluster(values.kubeconfig);
  // The settings are read where they are described, and this command needs no database.
  process.env.DATABASE_URL ??= 'postgres://nowhere/none';
  const { withTable } = await import('./settings-table.ts');
  writeFileSync(readmeFile, withTable(readFileSync(readmeFile, 'utf8')));
  return 0;
}

/** The schemas of what is rendered, of a cluster whose version, and whose operators' resources, are the ones to check against. */
async function askCluster(kubeconfig: string) {
  const kinds = overlays.flatMap((overlay) =>
    parseAllDocuments(readFileSync(renderedFile(overlay), 'utf8')).map((document) => {
      const { apiVersion, kind } = manifest.parse(document.toJS());
      return `${apiVersion} ${kind}`;
    }),
  );
  const document: unknown = JSON.parse(await kubectl('--kubeconfig', kubeconfig, 'get', '--raw', '/openapi/v2'));
  const { version, kinds: roots, $defs } = schemasOf([...new Set(kinds)].toSorted(), document);
  const lines = Object.entries($defs).map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`);
  writeFileSync(
    schemasFile,
    `{"version":${JSON.stringify(version)},"kinds":${JSON.stringify(roots)},"$defs":{\n${lines.join(',\n')}\n}}\n`,
  );
  say(`Wrote ${schemasFile}: Kubernetes ${version}`);
}

async function kubectl(...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)('kubectl', args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new CommandFailed(`kubectl ${args.join(' ')} failed: ${stderr.trim() || message}`);
  }
}
