import { type JobTemplate, parseTemplate } from '@juhub/job-template';
import type { ServerEvent, ServerRow } from '../../src/db/server-row.js';
import { sayIn } from '../../src/messages/say.js';
import type { Surroundings } from '../../src/pages/words/describe-server.js';
import type { NodeType } from '../../src/sites/node-type.js';

/** When the tests of the pages take place. */
export const NOW = new Date('2026-07-31T12:00:00.000Z');

/** A time so many seconds before the tests' now. */
export function ago(seconds: number): Date {
  return new Date(NOW.getTime() - seconds * 1000);
}

/** A time so many seconds after the tests' now. */
export function ahead(seconds: number): Date {
  return ago(-seconds);
}

/** A server that runs on a GPU partition; what a test is about is given. */
export function makeServerRow(different: Partial<ServerRow> = {}): ServerRow {
  return {
    id: '0123456789abcdef',
    userName: 'alice',
    name: 'default',
    site: 'cluster',
    account: 'alice1',
    scheduler: 'slurm',
    template: 'jupyterlab',
    templateVersion: '0123456789ab',
    choices: { partition: 'gpus', account: 'zam', nodes: 1, gpus: 2, minutes: 30 },
    secret: null,
    state: 'ready',
    jobId: '42',
    submitAttemptedAt: ago(60),
    node: 'gpu1',
    endpointHost: 'gpu1',
    endpointPort: 41_234,
    pendingReason: null,
    expectedStartAt: null,
    endReason: null,
    endCode: null,
    endValues: null,
    endMessage: null,
    exitCode: null,
    logTail: null,
    logProblem: null,
    timeLimitMinutes: 30,
    createdAt: ago(61),
    submittedAt: ago(60),
    jobStartedAt: ago(50),
    readyAt: ago(48),
    endsAt: ahead(1750),
    idleSeconds: null,
    idleBusySeconds: null,
    activeAt: null,
    idleEndsAt: null,
    stopRequestedAt: null,
    stopRequestedBy: null,
    endedAt: null,
    lastSeenAt: ago(2),
    unreachableSince: null,
    unreachableReason: null,
    unreachableHop: null,
    ...different,
  };
}

/** A line of a server's history. */
export function makeEvent(id: number, state: ServerEvent['state'], at: Date, message: string): ServerEvent {
  return { id, serverId: '0123456789abcdef', at, state, cause: null, details: null, message };
}

/** A partition without GPUs; what a test is about is given. */
export function makeNodeType(different: Partial<NodeType> = {}): NodeType {
  return {
    name: 'batch',
    title: 'batch',
    kind: 'partition',
    isDefault: true,
    isUp: true,
    isExclusive: false,
    totalNodes: 8,
    idleNodes: 3,
    outNodes: 0,
    coresPerNode: 96,
    coresPerNodeMin: 96,
    memoryMbPerNode: 96_000,
    memoryMbPerNodeMin: 96_000,
    gpusPerNode: 0,
    gpuKinds: [],
    freeGpus: 0,
    minNodes: 1,
    maxNodes: 4,
    maxMinutes: 1440,
    defaultMinutes: 30,
    deniedAccounts: [],
    deniedQos: [],
    needsReservation: false,
    reserved: [],
    ...different,
  };
}

/** A partition with GPUs. */
export const GPUS = makeNodeType({
  name: 'gpus',
  title: 'gpus',
  isDefault: false,
  totalNodes: 2,
  idleNodes: 1,
  coresPerNode: 128,
  memoryMbPerNode: 515_000,
  gpusPerNode: 4,
  gpuType: 'a100',
  gpuKinds: [{ type: 'a100', perNode: 4, total: 8, free: 5 }],
  freeGpus: 5,
  maxNodes: 2,
  maxMinutes: 120,
});

/** The login node as a place to run. */
export const LOGIN = makeNodeType({
  name: 'login-node',
  title: 'Login node',
  kind: 'login',
  isDefault: false,
  totalNodes: 1,
  idleNodes: 1,
  coresPerNode: 0,
  memoryMbPerNode: 0,
  maxNodes: 1,
  maxMinutes: undefined,
  defaultMinutes: undefined,
} as Partial<NodeType>);

const SOURCE = `---
title: JupyterLab
description: Notebooks, terminals and files in the browser.
fields:
  partition: { type: partition, label: { en: Node type, de: Knotentyp } }
  account: { type: account, label: { en: Project, de: Projekt }, help: Whose compute time is charged. }
  nodes: { type: integer, label: { en: Nodes, de: Knoten }, default: 1, min: 1 }
  gpus: { type: integer, label: GPUs per node, default: 0, min: 0 }
  minutes: { type: duration, label: { en: Run time, de: Laufzeit }, default: 60, min: 10 }
  kernel: { type: choice, label: Kernel, required: false, choices: [{ value: py, label: Python }, { value: r, label: R }] }
  debug: { type: boolean, label: Say more in the log }
  comment: { type: text, label: Comment, required: false }
---
#!/bin/bash
{{#if choices.account}}
#SBATCH --account={{sbatch choices.account}}
{{/if}}
echo {{choices.partition}} {{choices.nodes}} {{choices.gpus}} {{choices.minutes}} {{choices.debug}}
{{#if choices.kernel}}
echo {{choices.kernel}}
{{/if}}
{{#if choices.comment}}
#SBATCH --comment={{sbatch choices.comment}}
{{/if}}
`;

/** A template with a field of most kinds. */
export const JUPYTERLAB: JobTemplate = parseTemplate(SOURCE, { file: 'jupyterlab.sbatch.hbs' });

/** The source of a small template with a field of its own, `word`; the body goes behind its script. */
export function makeTool(title: string, body = ''): string {
  return `---
title: ${title}
fields:
  partition: { type: partition, label: { en: Node type, de: Knotentyp } }
  word: { type: text, label: Word, default: hello }
---
#!/bin/bash
#SBATCH --partition={{sbatch choices.partition}}
echo {{choices.word}}
${body}`;
}

/** The templates by name. */
export const TEMPLATES: ReadonlyMap<string, JobTemplate> = new Map([[JUPYTERLAB.name, JUPYTERLAB]]);

/** One site, as far as pages name it. */
export const ONE_SITE = new Map([
  ['cluster', { title: 'Demo cluster', config: { loginNode: { title: 'Login node' } } }],
]);

/** What surrounds the servers of the tests. */
export const AROUND: Surroundings = { now: NOW, say: sayIn.en, sites: ONE_SITE, templates: TEMPLATES };
