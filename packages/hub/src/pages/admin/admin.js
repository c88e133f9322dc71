import { startClock } from '../words/clock.js';

startClock();
