// The thread that counts: ten years of nights take seconds, in which the server goes on to answer.
import { parentPort, workerData } from 'node:worker_threads';
import { insights } from '../../insights/insights.ts';
import type { InsightsTask } from './insights-of-stack.ts';

const { history, question } = workerData as InsightsTask;
parentPort?.postMessage(insights(history, question));
