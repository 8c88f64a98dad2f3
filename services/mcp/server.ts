import { type CallToolResult, McpServer } from '@modelcontextprotocol/server';
import packageJson from '../../package.json' with { type: 'json' };
import { AppError, describeError } from '../../shared/core/errors.ts';
import { timeZoneOf, todayOf } from '../operations/stack.ts';
import { readProvisionalNights } from '../operations/status/provisional-nights.ts';
import { readSyncState, type SyncState } from '../operations/status/sync-state.ts';
import type { OpenStack, StackAccess } from './access.ts';
import { fitAnswer } from './fit-answer.ts';
import { limitInput } from './inputs.ts';
import type { Tool, ToolAnswer } from './tool.ts';
import { compareNights } from './tools/compare-nights.ts';
import { due } from './tools/due.ts';
import { gaps } from './tools/gaps.ts';
import { insights } from './tools/insights.ts';
import { night } from './tools/night.ts';
import { nights } from './tools/nights.ts';
import { status } from './tools/status.ts';
import { syncNow } from './tools/sync-now.ts';

const INSTRUCTIONS = `Sleep nights of one person's Oura ring, stored on their machine or in their AWS account.
A night has the date of the day of waking up. Durations are in seconds unless the unit says otherwise.
Each answer has freshness (today's date, when the last sync succeeded, open problems), provisional_nights (Oura may still revise them) and left_out (what it does not contain, and what to call to get it). Mention them where they matter.
If freshness.simulated is true, the nights are not those of the user.
This is no medical device: nothing here is a diagnosis, and no relation shown is a cause.`;

const freshnessOf = (
  { stack, simulated, state }: OpenStack & { readonly state: SyncState },
  source: string,
) => ({
  source,
  simulated,
  now: state.now,
  time_zone: timeZoneOf(stack),
  today: todayOf(stack),
  newest_night: [...state.nights].sort().at(-1) ?? null,
  last_successful_sync: state.lastSuccess,
  syncs_by_itself: state.process?.consumes === true,
  next_sync: state.nextRun,
  problems: state.problems.map(({ summary, action }) => ({ summary, action })),
});

/** The answer with its freshness, as JSON of less than `limit` bytes. */
const complete = async (
  { facts, lists = [], leftOut = [], about }: ToolAnswer,
  open: OpenStack & { readonly state: SyncState },
  { source, limit }: { readonly source: string; readonly limit: number },
): Promise<string> => {
  const provisional = await readProvisionalNights(open.stack, open.state, about);
  const provisionalList = {
    name: 'provisional_nights',
    items: provisional,
    rest: (kept: number) => ({
      what: `${provisional.length - kept} provisional nights`,
      how: 'call nights: its column settled is false for each of them',
    }),
  };
  return fitAnswer(
    {
      facts: { freshness: freshnessOf(open, source), ...facts },
      lists: [provisionalList, ...lists],
      leftOut,
    },
    limit,
  );
};

/** Runs a tool on the opened stack. */
const call = async (
  { writes, run }: Tool,
  args: Record<string, unknown>,
  open: OpenStack,
  source: string,
): Promise<string> => {
  const read = () => readSyncState(open.stack, open.situation);
  const state = await read();
  const answer = await run(args, { ...open, state });
  const limit = limitInput.parse(args['limit_kb']) * 1_000;
  return complete(answer, { ...open, state: writes ? await read() : state }, { source, limit });
};

/** What went wrong, without health values and tokens. The message of an error that is not ours may repeat a value. */
const sentenceOf = (error: unknown): string =>
  error instanceof AppError ? error.message : describeError(error).message;

/** The tools, in the order of the list. */
const READING: readonly Tool[] = [status, nights, compareNights, night, gaps, insights, due];

/**
 * A server of the Model Context Protocol over a stack. It opens the stack for each call, one after the other, and holds nothing
 * in between.
 * @param options `allowSync`: whether the client may start a sync
 */
export const createServer = (
  access: StackAccess,
  { allowSync }: { readonly allowSync: boolean },
): McpServer => {
  const server = new McpServer(
    { name: packageJson.name, version: packageJson.version },
    { instructions: INSTRUCTIONS },
  );
  // A second opening of the same folder would find it locked by the first.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  const answer = async (tool: Tool, args: Record<string, unknown>): Promise<CallToolResult> => {
    try {
      const text = await inTurn(() => access.open((open) => call(tool, args, open, access.source)));
      return { content: [{ type: 'text', text }] };
    } catch (error: unknown) {
      return { content: [{ type: 'text', text: sentenceOf(error) }], isError: true };
    }
  };
  for (const tool of allowSync ? [...READING, syncNow] : READING) {
    const { name, title, description, input, writes } = tool;
    server.registerTool(
      name,
      {
        ...{ title, description, inputSchema: input },
        annotations: {
          readOnlyHint: !writes,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: writes,
        },
      },
      (args: Record<string, unknown>) => answer(tool, args),
    );
  }
  return server;
};
