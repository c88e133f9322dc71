/** `npm run test:faults` does all faults; `npm test` those few that cost most when they go wrong. */
export const isWholeSuite = process.env.JUHUB_FAULTS === 'all';
