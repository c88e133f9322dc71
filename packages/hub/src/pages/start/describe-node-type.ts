import type { TemplateField } from '@juhub/job-template';
import type { NodeType } from '../../sites/node-type.js';
import { sayMinutes } from '../words/say-duration.js';
import { sayMemory } from '../words/say-memory.js';
import { type FieldLimit, limitField } from './limit-field.js';

/** What is free of a node type now. */
export interface FreeNow {
  /** `2 of 8 nodes idle`. */
  readonly nodes: string;
  /** `3 GPUs free`; undefined where there are none at all. */
  readonly gpus?: string | undefined;
  /** Free part in per cent, of the GPUs where there are any, else of the nodes. */
  readonly percent: number;
}

/** A node type as a card that one can compare with the others. */
export interface NodeTypeCard {
  readonly id: string;
  readonly value: string;
  readonly title: string;
  readonly isLogin: boolean;
  readonly isDefault: boolean;
  readonly isChecked: boolean;
  /** Why it cannot be chosen now; undefined when it can. */
  readonly whyNot?: string | undefined;
  readonly cores?: string | undefined;
  readonly memory?: string | undefined;
  readonly gpus?: string | undefined;
  /** How many nodes a job may have. */
  readonly nodes?: string | undefined;
  readonly longestRun: string;
  /** Undefined for the login node, and while the node type is down. */
  readonly free?: FreeNow | undefined;
  /** The limits of the fields by name, as JSON for the browser's code. */
  readonly limits: string;
}

/** Describes a node type for the form. Pure. */
export function describeNodeType(
  nodeType: NodeType,
  context: { readonly fields: readonly TemplateField[]; readonly checked: string | undefined },
): NodeTypeCard {
  const { name, title, isUp } = nodeType;
  const isLogin = nodeType.kind === 'login';
  const limits: Record<string, FieldLimit> = Object.fromEntries(
    context.fields.map((field) => [field.name, limitField(field, nodeType)]),
  );
  return {
    id: `node-type-${name}`,
    value: name,
    title,
    isLogin,
    isDefault: nodeType.isDefault,
    isChecked: name === context.checked,
    whyNot: isUp ? undefined : 'It is down, drained or inactive now; the site’s administrators know why.',
    ...(isLogin ? {} : describeNode(nodeType)),
    longestRun: nodeType.maxMinutes === undefined ? 'no limit' : sayMinutes(nodeType.maxMinutes),
    free: isLogin || !isUp ? undefined : describeFree(nodeType),
    limits: JSON.stringify(limits),
  };
}

function describeNode(nodeType: NodeType): Pick<NodeTypeCard, 'cores' | 'memory' | 'gpus' | 'nodes'> {
  const { coresPerNode, memoryMbPerNode, gpusPerNode, gpuType, minNodes, maxNodes } = nodeType;
  return {
    cores: `${coresPerNode} ${coresPerNode === 1 ? 'core' : 'cores'}`,
    memory: sayMemory(memoryMbPerNode),
    gpus: gpusPerNode === 0 ? undefined : `${gpusPerNode} × ${gpuType ?? 'GPU'}`,
    nodes: minNodes === maxNodes ? `${maxNodes}` : `${minNodes} to ${maxNodes}`,
  };
}

function describeFree(nodeType: NodeType): FreeNow {
  const { totalNodes, idleNodes, gpusPerNode, freeGpus } = nodeType;
  const [free, total] = gpusPerNode > 0 ? [freeGpus, gpusPerNode * totalNodes] : [idleNodes, totalNodes];
  return {
    nodes: `${idleNodes} of ${totalNodes} ${totalNodes === 1 ? 'node' : 'nodes'} idle`,
    gpus: gpusPerNode === 0 ? undefined : `${freeGpus} ${freeGpus === 1 ? 'GPU' : 'GPUs'} free`,
    percent: total === 0 ? 0 : Math.min(100, Math.round((100 * free) / total)),
  };
}

/**
 * Which node type the form has chosen when it opens: the wanted one, else the one of last time, else the scheduler's
 * default, else the first that is up.
 */
export function chooseNodeType(
  nodeTypes: readonly NodeType[],
  wishes: readonly (string | undefined)[],
): NodeType | undefined {
  const usable = nodeTypes.filter((nodeType) => nodeType.isUp);
  const wished = wishes.map((wish) => usable.find((nodeType) => nodeType.name === wish));
  return (
    wished.find((nodeType) => nodeType !== undefined) ?? usable.find((nodeType) => nodeType.isDefault) ?? usable[0]
  );
}
