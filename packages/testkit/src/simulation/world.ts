import { TaskEventType, type HandlerContext, type Kind, type TaskEvent } from "@ttasks/core";
import { statusOf, type Disk, type DiskListener, type Put } from "./disk.ts";
import { noFaults, type Fault, type FaultCounts } from "./faults.ts";
import { isStopped, pendingOutput, type HandlerCall } from "./handler-calls.ts";
import { LeaseWatch } from "./lease-watch.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { SimulatedProcess, type Fate, type ProcessWorld } from "./simulated-process.ts";
import { TaskHistory } from "./task-history.ts";
import { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

/** All that a seed consists of: what there is, what has happened, and what must be so at every moment. */
export class World implements ProcessWorld, DiskListener {
  readonly random: Random;
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly timeline = new Timeline();
  readonly disk: Disk;
  readonly faults: FaultCounts = noFaults();
  readonly processes: SimulatedProcess[] = [];
  readonly leases = new LeaseWatch();
  /** Whether nothing is done any more that goes wrong. */
  isCalm = false;
  /** What is wrong: the first thing that was found. */
  failure: string | undefined;
  readonly #histories = new Map<string, TaskHistory>();
  readonly #calls = new Set<string>();

  constructor(random: Random, scenario: Scenario, trace: Trace, createDisk: (listener: DiskListener) => Disk) {
    this.random = random;
    this.scenario = scenario;
    this.trace = trace;
    this.disk = createDisk(this);
  }

  /** The processes that go on by themselves. */
  get active(): readonly SimulatedProcess[] {
    return this.processes.filter(({ isActive }) => isActive);
  }

  /** Starts a process, which has nothing in memory yet. */
  boot(): SimulatedProcess {
    const process = new SimulatedProcess(this, `p${this.processes.length + 1}`);
    this.processes.push(process);
    this.trace.add(`${process.name} starts on ${process.owner?.host ?? "an unknown host"}`);
    return process;
  }

  /** Takes note of something that was done to what is tested. */
  count(fault: Fault): void {
    this.faults[fault]++;
  }

  fail(message: string): void {
    this.failure ??= this.trace.named(message);
  }

  crash(process: SimulatedProcess, fault: Fault): void {
    this.count(fault);
    this.trace.add(`${process.name} crashes`);
    process.crash();
    // What was on its way to the disk may still arrive.
    for (const call of [...process.pending])
      if (!call.changes || call.isApplied || this.random.chance(0.5)) process.pending.delete(call);
  }

  fateOf(isWrite: boolean): Fate {
    const { random } = this;
    const { faultRate } = this.scenario;
    if (this.isCalm || !random.chance(faultRate)) return "done";
    if (!isWrite) {
      this.count("a read fails");
      return "fails";
    }
    const fate = random.pick<Fate>(["fails", "fails", "fails after", "fails after", "crash before", "crash after"]);
    if (fate === "fails") this.count("a save fails");
    if (fate === "fails after") this.count("a save fails that was done");
    return fate;
  }

  /** Somebody stops what runs of a task. */
  stopped(taskId: string): void {
    this.#history(taskId).stopped();
  }

  /** A process has reset a task; the store may not know of its end. */
  reset(process: SimulatedProcess, taskId: string): void {
    this.#history(taskId).reset(process.unsaved.has(taskId));
  }

  put(put: Put): void {
    const { kind, id } = put.change;
    const writer = this.#process(put.writer);
    if (writer) this.leases.runsAs(writer.name, writer.executor.id);
    const problem =
      kind === "task"
        ? this.#history(id).check(put, {
            isRerun: writer?.mayRedo.has(id) ?? false,
            isSameProcess: (one, other) => this.leases.areOfOne(one, other),
            isDead: (executorId) => this.leases.isDead(executorId),
          })
        : kind === "lease"
          ? this.leases.check(put, this.timeline.now, (name) => this.#process(name)?.isCrashed ?? true)
          : undefined;
    if (kind === "task" && put.change.document["status"] !== "done") writer?.mayRedo.delete(id);
    if (problem !== undefined) this.fail(`${kind} ${id}, as ${put.writer} has stored it: ${problem}`);
  }

  deleted(writer: string, kind: Kind, id: string): void {
    const problem = kind === "lease" ? this.leases.checkDeleted(writer, id) : undefined;
    if (problem !== undefined) this.fail(problem);
    if (kind === "task") this.fail(`${writer} has deleted task ${id}`);
  }

  violated(message: string): void {
    this.fail(message);
  }

  called(process: SimulatedProcess, context: HandlerContext): PromiseLike<unknown> {
    const { output, resolve, reject } = pendingOutput();
    if (process.isCrashed) return output;
    const { task } = context;
    const attempt = task.attempts.at(-1)!;
    const { number, executorId } = attempt;
    const call: HandlerCall = { task, attempt: number, executorId, context, isHanging: false, resolve, reject };
    process.calls.add(call);
    this.trace.add(`${process.name} calls the handler of ${task.id} for attempt ${number}`);
    this.#checkCall(process, call);
    // Not every handler looks at its signal.
    if (this.random.chance(0.7)) isStopped(call);
    return output;
  }

  told(process: SimulatedProcess, { type, taskId, task, status }: TaskEvent): void {
    if (process.isCrashed) return;
    this.trace.add(`${process.name} tells ${taskId} ${type}`);
    if (type === TaskEventType.PERSISTENCE_FAILED) {
      process.toldUnsaved.add(taskId);
      return;
    }
    if (type === TaskEventType.FAILED || type === TaskEventType.RETRYING)
      this.#countTimeouts(task.attempts.at(-1)?.reason);
    if (process.toldUnsaved.delete(taskId)) return;
    if (this.#history(taskId).shows({ type, status, task })) return;
    const stored = this.disk.get("task", taskId);
    const found = stored ? `${statusOf(stored.document)}, revision ${stored.revision}` : "nothing";
    this.fail(
      `a subscriber of ${process.name} was told of ${taskId} ${type}, though what is stored is older: ${found}`,
    );
  }

  #countTimeouts(reason: string | undefined): void {
    if (reason === "timeout") this.count("a task times out");
    if (reason === "deadline") this.count("a task misses its deadline");
  }

  /** A handler runs for a claim that is stored, once, and for nothing else. */
  #checkCall(process: SimulatedProcess, { task, attempt, executorId }: HandlerCall): void {
    const key = `attempt ${attempt} of ${task.id}`;
    const called = `the handler was called for ${key} by ${process.name}`;
    const isStrict = this.scenario.persistence === "strict";
    // In record mode the work goes on when a save has failed.
    if (process.unsaved.has(task.id) && !isStrict) return;
    if (isStrict && this.leases.isDead(executorId) === undefined) this.fail(`${called}, whose executor has no lease`);
    if (this.#calls.has(key)) this.fail(`${called} a second time`);
    this.#calls.add(key);
    if (!this.#history(task.id).wasClaimed(attempt, executorId))
      this.fail(`${called}, though the store has never said that it runs it`);
  }

  #history(taskId: string): TaskHistory {
    let history = this.#histories.get(taskId);
    if (!history) this.#histories.set(taskId, (history = new TaskHistory()));
    return history;
  }

  #process(name: string): SimulatedProcess | undefined {
    return this.processes.find((process) => process.name === name);
  }
}
