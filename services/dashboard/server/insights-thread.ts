// Computes the insights in a thread: ten years of nights take seconds, during which the server must respond.
import { parentPort, workerData } from 'node:worker_threads';
import { insights } from '../../insights/insights.ts';
import type { InsightsTask } from './insights-of-stack.ts';

const { history, question } = workerData as InsightsTask;
parentPort?.postMessage(insights(history, question));
