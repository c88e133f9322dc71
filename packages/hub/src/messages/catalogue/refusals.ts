import type { MessageRoom } from '../message.js';

/** Why Slurm does not take a job, and what one can do; the keys are the codes of explainRefusal. */
export const refusalMessages = {
  'refusal.account': {
    en: 'This project cannot be charged here. Choose another one.',
    de: 'Dieses Projekt kann hier nicht belastet werden. Ein anderes wählen.',
  },
  'refusal.account-partition': {
    en: 'This project may not use this partition. Choose another project or another node type.',
    de: 'Dieses Projekt darf diese Partition nicht nutzen. Ein anderes Projekt oder einen anderen Knotentyp wählen.',
  },
  'refusal.begin': {
    en: 'It cannot begin yet, as with a reservation that begins later.',
    de: 'Es kann noch nicht beginnen, etwa weil eine Reservierung erst später beginnt.',
  },
  'refusal.feature': {
    en: 'No node has a feature that is asked for.',
    de: 'Kein Knoten hat ein Merkmal, das verlangt wird.',
  },
  'refusal.group-partition': {
    en: 'This partition is for the members of other groups. Choose another node type.',
    de: 'Diese Partition ist für die Mitglieder anderer Gruppen. Einen anderen Knotentyp wählen.',
  },
  'refusal.limits': {
    en: 'It asks for more than the project or the quality of service allows. Ask for less.',
    de: 'Das ist mehr, als das Projekt oder die Dienstgüte (QOS) erlaubt. Weniger verlangen.',
  },
  'refusal.memory': {
    en: 'It asks for more memory than a node has. Ask for less.',
    de: 'Das ist mehr Speicher, als ein Knoten hat. Weniger verlangen.',
  },
  'refusal.nodes': {
    en: 'This number of nodes is not allowed here. Ask for another one.',
    de: 'Diese Zahl von Knoten ist hier nicht erlaubt. Eine andere wählen.',
  },
  'refusal.other': { en: 'Slurm does not take it.', de: 'Slurm nimmt das nicht an.' },
  'refusal.partition': {
    en: 'There is no such partition. Choose another node type.',
    de: 'Diese Partition gibt es nicht. Einen anderen Knotentyp wählen.',
  },
  'refusal.partition-closed': {
    en: 'The partition takes no jobs now. Choose another node type, or wait until it opens.',
    de: 'Die Partition nimmt zurzeit keine Jobs an. Einen anderen Knotentyp wählen oder warten, bis sie öffnet.',
  },
  'refusal.permission': {
    en: 'It is not allowed here; the partition may be for jobs of a reservation alone.',
    de: 'Das ist hier nicht erlaubt; vielleicht ist die Partition nur für Jobs einer Reservierung.',
  },
  'refusal.qos': {
    en: 'This quality of service may not be used here. Choose another one.',
    de: 'Diese Dienstgüte (QOS) darf hier nicht benutzt werden. Eine andere wählen.',
  },
  'refusal.qos-partition': {
    en: 'This quality of service may not be used on this partition. Choose another one.',
    de: 'Diese Dienstgüte (QOS) darf auf dieser Partition nicht benutzt werden. Eine andere wählen.',
  },
  'refusal.reservation': {
    en: 'The reservation cannot be used: it is over, or not meant for this. Start without it.',
    de: 'Die Reservierung lässt sich nicht nutzen: sie ist vorbei oder nicht hierfür gedacht. Ohne sie starten.',
  },
  'refusal.reservation-access': {
    en: 'The reservation is for other people. Start without it.',
    de: 'Die Reservierung ist für andere. Ohne sie starten.',
  },
  'refusal.resources': {
    en: 'No nodes that could take it are in service now. Ask for less, or choose another node type.',
    de: 'Zurzeit sind keine Knoten in Betrieb, die das aufnehmen könnten. Weniger verlangen oder einen anderen Knotentyp wählen.',
  },
  'refusal.script': {
    en: 'The job script has a line that Slurm does not understand. Tell the administrators.',
    de: 'Im Job-Skript steht eine Zeile, die Slurm nicht versteht. Bitte der Administration melden.',
  },
  'refusal.submit-limit': {
    en: 'The project or the quality of service allows no more jobs in the queue. End another one first.',
    de: 'Das Projekt oder die Dienstgüte (QOS) lässt keinen weiteren Job in die Warteschlange. Zuerst einen anderen beenden.',
  },
  'refusal.time': {
    en: 'The run time is longer than is allowed. Ask for less.',
    de: 'Die Laufzeit ist länger als erlaubt. Weniger verlangen.',
  },
} as const satisfies MessageRoom;
