export { LabScriptError, runLabScript, type ScriptPlace } from './lab-script.js';
export { prepareLab, type LabPreparation } from './prepare-lab.js';
