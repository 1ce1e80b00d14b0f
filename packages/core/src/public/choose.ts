export type { BackendDescription } from '../backend/description.ts';
export type { TextStore } from '../backend/text-store.ts';
export { type Choice, formatChoice } from '../choose/choice.ts';
export { type ChooseOptions, type Chosen, chooseBackend } from '../choose/choose-backend.ts';
export type { Result } from '../choose/judge.ts';
export { type Candidate, type Measure, measureInTurn, tooLate } from '../choose/measure-in-turn.ts';
export { type NetworkTrial, type Trial, type TrialOptions, tryTraining } from '../choose/trial.ts';
