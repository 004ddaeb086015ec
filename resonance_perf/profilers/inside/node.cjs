// Records one process of Node from within: loaded by NODE_OPTIONS=--require, told what by RESONANCE_PERF_INSIDE, a JSON
// of {out, looks: "cpu" | "heap" | "lag", serves}. A program is recorded from its first line to its end. A server says
// in OUT/ID.listens which signal it awaits, begins at the first and writes at the second.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const {isMainThread} = require('node:worker_threads');

const {out, looks, serves} = JSON.parse(process.env.RESONANCE_PERF_INSIDE);
const STARTS_OTHERS = /[\\/](npm|npx|yarn|pnpm|corepack)(-cli)?(\.c?js)?$/;
const SAMPLE_US = 1000;
const HEAP_BYTES = 16384;
const TICK_MS = 5;
const LATE_MS = 20;

const name = path.join(out, String(process.pid));
const scripts = new Map();
let session, ticks, late, last;

function ask(method, parameters) {
  let answer;
  session.post(method, parameters, (error, found) => {
    if (error) throw new Error(error.message);
    answer = found;
  });
  return answer;
}

function begin() {
  const inspector = require('node:inspector');
  session = new inspector.Session();
  session.connect();
  if (looks === 'heap') {
    // What is told in the end forgets where the functions of a script are that has run and is gone by then.
    session.on('Debugger.scriptParsed', ({params}) => scripts.set(params.scriptId, params.url));
    ask('Debugger.enable');
    const flags = {includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true};
    ask('HeapProfiler.startSampling', {samplingInterval: HEAP_BYTES, ...flags});
    return;
  }
  ask('Profiler.enable');
  ask('Profiler.setSamplingInterval', {interval: SAMPLE_US});
  ask('Profiler.start');
  if (looks === 'lag') {
    late = [];
    last = process.hrtime.bigint();
    ticks = setInterval(tick, TICK_MS);
    ticks.unref();
  }
}

function tick() {
  const now = process.hrtime.bigint();
  const late_us = Number(now - last) / 1000 - TICK_MS * 1000;
  if (late_us > LATE_MS * 1000) late.push([Number(last) / 1000 + TICK_MS * 1000, Number(now) / 1000]);
  last = now;
}

function end() {
  if (!session) return;
  if (looks === 'heap') {
    leave('json', plain([['alloc_space', 'bytes']], allocated(ask('HeapProfiler.stopSampling').profile.head)));
  } else {
    if (looks === 'lag') tick();
    clearInterval(ticks);
    const {profile} = ask('Profiler.stop');
    if (looks === 'lag') leave('json', plain([['lag', 'nanoseconds']], blocked(profile)));
    else leave('cpuprofile', profile);
  }
  session.disconnect();
  session = undefined;
}

function leave(ending, found) {
  fs.writeFileSync(`${name}.part`, JSON.stringify(found));
  fs.renameSync(`${name}.part`, `${name}.${ending}`);
}

// [[path of call frames, value]] of every node of a tree that allocated.
function allocated(head) {
  const found = [];
  const waiting = [[head, []]];
  while (waiting.length) {
    const [node, above] = waiting.pop();
    const here = node.callFrame.functionName === '(root)' ? above : [...above, node.callFrame];
    if (node.selfSize && here.length) found.push([here, node.selfSize]);
    for (const child of node.children) waiting.push([child, here]);
  }
  return found;
}

// The same of what ran while the event loop was late; a sample holds until the next.
function blocked(profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, {node}]));
  for (const {node} of nodes.values()) for (const child of node.children || []) nodes.get(child).above = node.id;
  const lengths = new Map();
  let at = profile.startTime;
  let next = 0;
  profile.samples.forEach((id, index) => {
    at += profile.timeDeltas[index];
    const until = index + 1 < profile.samples.length ? at + profile.timeDeltas[index + 1] : profile.endTime;
    while (next < late.length && late[next][1] <= at) next += 1;
    if (next < late.length && until > late[next][0]) {
      const held = Math.min(until, late[next][1]) - Math.max(at, late[next][0]);
      lengths.set(id, (lengths.get(id) || 0) + Math.round(held * 1000));
    }
  });
  return [...lengths].map(([id, length]) => [pathTo(nodes, id), length]).filter(([frames]) => frames.length);
}

function pathTo(nodes, id) {
  const frames = [];
  for (; id !== undefined; id = nodes.get(id).above) frames.unshift(nodes.get(id).node.callFrame);
  return frames.filter(({functionName}) => functionName !== '(root)' && functionName !== '(idle)');
}

function plain(types, found) {
  const frames = new Map();
  const stacks = found.map(([calls, value]) => [calls.map((call) => place(frames, call)), [value]]);
  return {types, frames: [...frames.values()].map(({frame}) => frame), stacks};
}

function place(frames, {functionName, scriptId, url, lineNumber}) {
  const file = url || scripts.get(scriptId) || '';
  const frame = [functionName || '(anonymous)', file.replace(/^file:\/\//, ''), 0, lineNumber + 1];
  const key = JSON.stringify(frame);
  if (!frames.has(key)) frames.set(key, {frame, index: frames.size});
  return frames.get(key).index;
}

if (isMainThread && !STARTS_OTHERS.test(process.argv[1] || '')) {
  process.on('exit', end);
  if (serves) {
    process.on('SIGUSR2', () => {
      if (!session) return begin();
      end();
      fs.writeFileSync(`${name}.written`, '');
    });
    fs.writeFileSync(`${name}.listens`, `${process.pid} ${os.constants.signals.SIGUSR2}`);
  } else {
    begin();
    for (const [signal, number] of [['SIGTERM', 15], ['SIGINT', 2]]) {
      process.on(signal, () => process.listenerCount(signal) > 1 || process.exit(128 + number));
    }
  }
}
