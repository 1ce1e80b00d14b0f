import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countCases, countTests, nameFailures, runTwice } from '../run-tests.mjs';

const clean = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{}] }],
};

test('counts passed, failed, and skipped with todo', () => {
  expect(countTests(clean, 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
});

test('a file that could not be loaded counts as one failure', () => {
  const report = { ...clean, testResults: [...clean.testResults, { status: 'failed', assertionResults: [] }] };
  expect(countTests(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test('a run that fails outside any test is not counted as green', () => {
  expect(countTests(clean, 1).failed).toBe(1);
});

test('a run without a report is one failure', () => {
  expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('cases of the conformance kit are told apart, with the number of engines', () => {
  const of = (engine: string, status: string) => ({ status, ancestorTitles: [engine, 'conformance'] });
  const report = {
    ...clean,
    testResults: [
      {
        name: 'a.test.ts',
        status: 'passed',
        assertionResults: [of('cpu', 'passed'), of('webgpu', 'passed'), of('cpu', 'passed')],
      },
      { name: 'b.test.ts', status: 'failed', assertionResults: [of('cpu', 'passed'), of('cpu', 'failed')] },
      {
        name: 'c.test.ts',
        status: 'passed',
        assertionResults: [{ status: 'passed', ancestorTitles: ['something else'] }],
      },
    ],
  };
  expect(countCases(report)).toEqual({ passed: 4, engines: 3 });
  expect(countCases(undefined)).toEqual({ passed: 0, engines: 0 });
});

test('what failed is named in a line each: file, titles and the first line of the reason', () => {
  const failed = {
    status: 'failed',
    ancestorTitles: ['pages'],
    title: 'open',
    failureMessages: ['\u001b[31mno\u001b[39m page\n    at x'],
  };
  const report = {
    ...clean,
    testResults: [
      {
        name: resolve('a.test.ts'),
        status: 'failed',
        assertionResults: [failed, { status: 'passed', title: 'other' }],
      },
      { name: resolve('b.test.ts'), status: 'failed', message: 'cannot be loaded\nat y', assertionResults: [] },
    ],
  };
  expect(nameFailures(report)).toEqual(['a.test.ts › pages › open: no page', 'b.test.ts: cannot be loaded']);
  expect(nameFailures(clean)).toEqual([]);
  expect(nameFailures(undefined)).toEqual([]);
});

describe('what failed', () => {
  const failing = (...files: string[]) => ({
    numPassedTests: 3,
    numFailedTests: files.length,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: files.map((name) => ({
      name: resolve(name),
      status: 'failed',
      assertionResults: [{ status: 'failed', title: 'test', failureMessages: ['why'] }],
    })),
  });
  const outcome = (report: ReturnType<typeof failing>) => {
    const failures = nameFailures(report);
    const count = countTests(report, failures.length === 0 ? 0 : 1);
    return { report, seconds: 2, count, cases: countCases(report), failures };
  };
  const runs = (...reports: ReturnType<typeof failing>[]) => {
    const asked: (readonly string[])[] = [];
    const result = runTwice((files) => {
      asked.push(files);
      return outcome(reports[asked.length - 1] as ReturnType<typeof failing>);
    });
    return { asked, ...result };
  };

  test('is run once more, and counted as passed and named when it passes then', () => {
    expect(runs(failing('a.test.ts', 'b.test.ts'), failing())).toMatchObject({
      asked: [[], [resolve('a.test.ts'), resolve('b.test.ts')]],
      count: { passed: 5, failed: 0 },
      failures: [],
      unsure: ['a.test.ts › test: why', 'b.test.ts › test: why'],
      seconds: 4,
    });
  });

  test('fails when it fails again', () => {
    expect(runs(failing('a.test.ts', 'b.test.ts'), failing('b.test.ts'))).toMatchObject({
      count: { passed: 4, failed: 1 },
      failures: ['b.test.ts › test: why'],
    });
  });

  test('is not run again when it is much, or nothing', () => {
    const much = runs(failing('a.test.ts', 'b.test.ts', 'c.test.ts', 'd.test.ts'));
    expect(much).toMatchObject({ asked: [[]], count: { failed: 4 }, unsure: [] });
    expect(runs(failing())).toMatchObject({ asked: [[]], count: { passed: 3, failed: 0 } });
  });
});
