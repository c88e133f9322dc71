import type { TemplateField } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import type { NodeType } from '../../sites/node-type.js';
import type { OfferedNodeType } from '../../sites/offer.js';
import { sayMinutes } from '../words/say-duration.js';
import { sayMemory } from '../words/say-memory.js';
import { limitField, sayLimit } from './limit-field.js';

/** What is free of a node type now. */
export interface FreeNow {
  /** `2 of 8 nodes idle`. */
  readonly nodes: string;
  /** `3 GPUs free`; undefined where there are none at all. */
  readonly gpus?: string | undefined;
  /** Free part in per cent, of the GPUs where there are any, else of the nodes. */
  readonly percent: number;
  /** What one should know beside: nodes that nobody gets now, whole nodes, what one's reservations have. */
  readonly notes: readonly string[];
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

/** What a card is described from, beside its node type. */
export interface CardContext {
  readonly fields: readonly TemplateField[];
  readonly checked: string | undefined;
  readonly say: Say;
}

/** Describes a node type for the form. Pure. */
export function describeNodeType(offered: OfferedNodeType, { fields, checked, say }: CardContext): NodeTypeCard {
  const { nodeType, obstacle } = offered;
  const { name, title, isUp } = nodeType;
  const isLogin = nodeType.kind === 'login';
  const limits = fields.map((field) => {
    const limit = limitField(field, offered);
    return [field.name, { ...limit, hint: sayLimit(field, limit, nodeType, say) }];
  });
  return {
    id: `node-type-${name}`,
    value: name,
    title,
    isLogin,
    isDefault: nodeType.isDefault,
    isChecked: name === checked,
    whyNot: obstacle && say(`start.obstacle.${obstacle}`),
    ...(isLogin ? {} : describeNode(nodeType, say)),
    longestRun: nodeType.maxMinutes === undefined ? say('start.noLimit') : sayMinutes(nodeType.maxMinutes),
    free: isLogin || !isUp ? undefined : describeFree(offered, say),
    limits: JSON.stringify(Object.fromEntries(limits)),
  };
}

function describeNode(nodeType: NodeType, say: Say): Pick<NodeTypeCard, 'cores' | 'memory' | 'gpus' | 'nodes'> {
  const { coresPerNode, memoryMbPerNode, gpuKinds, minNodes, maxNodes } = nodeType;
  const gpus = gpuKinds.map(({ type, perNode }) => `${perNode} × ${sayGpuType(type)}`);
  return {
    cores: say('start.cores', { count: coresPerNode }),
    memory: sayMemory(memoryMbPerNode),
    gpus: gpus.length === 0 ? undefined : gpus.join(', '),
    nodes: minNodes === maxNodes ? `${maxNodes}` : say('start.range', { min: minNodes, max: maxNodes }),
  };
}

function sayGpuType(type: string): string {
  return type === 'gpu' ? 'GPU' : type;
}

function describeFree({ nodeType, reservations }: OfferedNodeType, say: Say): FreeNow {
  const { totalNodes, idleNodes, outNodes, isExclusive, gpuKinds, freeGpus, reserved } = nodeType;
  const gpus = gpuKinds.reduce((sum, kind) => sum + kind.total, 0);
  const [free, total] = gpus > 0 ? [freeGpus, gpus] : [idleNodes, totalNodes];
  const mine = reserved.filter(({ reservation }) => reservations.includes(reservation));
  return {
    nodes: say('start.idleNodes', { idle: idleNodes, total: totalNodes }),
    gpus: gpus === 0 ? undefined : sayFreeGpus(nodeType, say),
    percent: total === 0 ? 0 : Math.min(100, Math.round((100 * free) / total)),
    notes: [
      ...mine.map((share) =>
        say('start.inReservation', { name: share.reservation, idle: share.idleNodes, gpus: share.freeGpus }),
      ),
      ...(outNodes === 0 ? [] : [say('start.outNodes', { count: outNodes })]),
      ...(isExclusive ? [say('start.wholeNodes')] : []),
    ],
  };
}

/** Of several types each has its own number. */
function sayFreeGpus({ gpuKinds, freeGpus }: NodeType, say: Say): string {
  const sum = say('start.freeGpus', { count: freeGpus });
  const each = gpuKinds.map(({ type, free }) => say('start.freeOfType', { count: free, type: sayGpuType(type) }));
  return gpuKinds.length < 2 ? sum : `${sum} (${each.join(', ')})`;
}

/**
 * Which node type the form has chosen when it opens: the wanted one, else the one of last time, else the scheduler's
 * default, else the first that can be chosen.
 */
export function chooseNodeType(
  nodeTypes: readonly OfferedNodeType[],
  wishes: readonly (string | undefined)[],
): OfferedNodeType | undefined {
  const usable = nodeTypes.filter(({ obstacle }) => obstacle === undefined);
  const wished = wishes.map((wish) => usable.find(({ nodeType }) => nodeType.name === wish));
  return wished.find((one) => one !== undefined) ?? usable.find(({ nodeType }) => nodeType.isDefault) ?? usable[0];
}
