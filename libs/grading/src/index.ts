export { checkAnswer, judgeAnswer, type AskCheck } from './answer.js';
export { AnswerInvalidError, GraderStoppedError } from './errors.js';
export { explain, type ExplainContext } from './explain.js';
export { captureGiven, NotReadyError, waitReady } from './given.js';
export { Grader, type GraderOptions } from './grader.js';
export { Judge, type JudgedCheck, type Judgement, type Observation } from './judge.js';
export type { Look } from './look.js';
export { messages } from './messages.js';
export type { ExecRun } from './sources/exec-inquiry.js';
export type { HttpResponse } from './sources/http-inquiry.js';
export type { Measurement, WorldFigures } from './sources/measurements.js';
export { releaseOf, type HelmRelease } from './sources/helm-release.js';
export {
  FileUnreadableError,
  parseFile,
  type DockerfileInstruction,
  type DockerfileStage,
  type FileFormat,
  type WorkspaceFile,
} from './sources/workspace-file.js';
export type { CheckMemory, GivenSnapshot, GraderState, WorkspaceReader } from './state.js';
export { subjectIn, subjectOf } from './subject.js';
export { applyTiming, type Timed } from './timing.js';
