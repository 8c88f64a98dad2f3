// Computes the insights in a thread: ten years of nights take seconds, during which the server must respond.
import { parentPort, workerData } from 'node:worker_threads';
import { insights, onlyRareNights } from '../../insights/insights.ts';
import type { InsightsTask } from './insights-of-stack.ts';

const { part, history, question } = workerData as InsightsTask;
const compute = part === 'all' ? insights : onlyRareNights;
parentPort?.postMessage(compute(history, question));
