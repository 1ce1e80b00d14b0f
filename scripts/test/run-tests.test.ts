import { expect, test } from 'vitest';
import { countCases, countTests } from '../run-tests.mjs';

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
