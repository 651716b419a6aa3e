export { Bank, BankInvalidError, loadBank, ownBank } from './bank.js';
export { bankItemSchema, difficultyBands, type BankItem } from './bank-item.js';
export { believe, type Level } from './beliefs.js';
export { type ItemParameters, type ItemResponse, outcomes, type Outcome } from './response-model.js';
export { cutPoints, prior, tierAt } from './scale.js';
export { parametersOf } from './select-item.js';
export {
  type Answered,
  enoughError,
  fewestQuestions,
  itemsFor,
  mostQuestions,
  nextItem,
  optionOrder,
  place,
  type Placement,
} from './self-test.js';
export { type SuggestibleLab, suggestLabs, type Suggestion } from './suggest-labs.js';
