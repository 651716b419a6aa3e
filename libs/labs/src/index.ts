export { bindLab, type BoundLab } from './bind.js';
export {
  childrenOf,
  compileExpression,
  ExpressionFailedError,
  ExpressionInvalidError,
  ExpressionTooCostlyError,
  FieldMissingError,
  stepLimit,
  type Expression,
} from './cel/expression.js';
export { measuredRoots, toMeasuredValue, type MeasuredType } from './cel/measured.js';
export { Quantity, QuantityInvalidError } from './cel/quantity.js';
export { expressionLimits, expressionScopes, scopeVariables, type ExpressionScope } from './cel/scopes.js';
export { DataTooDeepError, fromCelValue, toCelValue } from './cel/values.js';
export { formatIssue, LabInvalidError, type LabIssue } from './issue.js';
export type { Lab } from './lab.js';
export { loadCatalogue, loadLab } from './load.js';
export { parseManifests, type ManifestObject } from './manifests.js';
export { unknownNames } from './names-in-texts.js';
export { fillTemplate, templatesIn } from './template.js';
export { drawVariables, substitute, variablesIn, type VariableValues } from './variables.js';
export { refuseDeepYaml, YamlTooDeepError } from './yaml-depth.js';
export { formatPath, YamlSource } from './yaml-source.js';
