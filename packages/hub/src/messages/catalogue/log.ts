import type { MessageRoom } from '../message.js';

/** The page of a server's output and of what its job uses. */
export const logMessages = {
  'log.title': { en: 'Log and usage of {name}', de: 'Protokoll und Verbrauch von {name}' },
  'log.link': { en: 'Log and usage', de: 'Protokoll und Verbrauch' },
  'log.log': { en: 'Log', de: 'Protokoll' },
  'log.live': {
    en: 'The last lines; new ones appear by themselves.',
    de: 'Die letzten Zeilen; neue erscheinen von selbst.',
  },
  'log.kept': { en: 'The last lines, as they were at the end.', de: 'Die letzten Zeilen, wie sie am Ende waren.' },
  'log.asOf': { en: 'As of', de: 'Stand' },
  'log.empty': { en: 'It has written nothing yet.', de: 'Es steht noch nichts darin.' },
  'log.problem': { en: 'The log cannot be read now:', de: 'Das Protokoll lässt sich gerade nicht lesen:' },
  'log.usage': { en: 'Usage', de: 'Verbrauch' },
  'log.usage.problem': {
    en: 'What the job uses cannot be asked now:',
    de: 'Was der Job verbraucht, lässt sich gerade nicht erfragen:',
  },
  'log.usage.none': {
    en: '{why, select, process {A process on the login node is not measured.} notStarted {The job has not started.} noJob {There was no job.} other {The site does not say what the job uses.}}',
    de: '{why, select, process {Ein Prozess auf dem Login-Knoten wird nicht gemessen.} notStarted {Der Job hat noch nicht begonnen.} noJob {Es gab keinen Job.} other {Der Rechner sagt nicht, was der Job verbraucht.}}',
  },
  'log.usage.elapsed': { en: 'Run time so far', de: 'Laufzeit bisher' },
  'log.usage.elapsedAtEnd': { en: 'Run time', de: 'Laufzeit' },
  'log.usage.cpu': { en: 'Processor', de: 'Prozessor' },
  'log.usage.cores': {
    en: '{busy} of {cores, plural, one {# core} other {# cores}} busy on average',
    de: '{busy} von {cores, plural, one {# Kern} other {# Kernen}} im Mittel beschäftigt',
  },
  'log.usage.coresOnly': {
    en: '{cores, plural, one {# core} other {# cores}}; how busy is not measured there',
    de: '{cores, plural, one {# Kern} other {# Kerne}}; wie beschäftigt, wird dort nicht gemessen',
  },
  'log.usage.memory': { en: 'Memory', de: 'Speicher' },
  'log.usage.memoryNow': { en: '{now} now, {peak} at most, of {all}', de: '{now} jetzt, höchstens {peak}, von {all}' },
  'log.usage.memoryPeak': { en: '{peak} at most, of {all}', de: 'höchstens {peak}, von {all}' },
  'log.usage.memoryOnly': {
    en: '{all}; how much of it is used is not measured there',
    de: '{all}; wie viel davon gebraucht wird, wird dort nicht gemessen',
  },
  'log.usage.gpu': { en: 'GPU', de: 'GPU' },
  'log.usage.gpus': {
    en: '{gpus, plural, one {# GPU} other {# GPUs}}, {percent} % busy{memory, select, none {} other {, {memory} of its memory}}',
    de: '{gpus, plural, one {# GPU} other {# GPUs}}, zu {percent} % beschäftigt{memory, select, none {} other {, {memory} GPU-Speicher}}',
  },
  'log.usage.gpusOnly': {
    en: '{gpus, plural, one {# GPU} other {# GPUs}}; how busy is not measured there',
    de: '{gpus, plural, one {# GPU} other {# GPUs}}; wie beschäftigt, wird dort nicht gemessen',
  },
} as const satisfies MessageRoom;
