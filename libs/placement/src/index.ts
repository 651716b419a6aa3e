export { Bank, BankInvalidError, loadBank, ownBank } from './bank.js';
export { audiences, bankItemSchema, difficultyBands, type BankItem } from './bank-item.js';
