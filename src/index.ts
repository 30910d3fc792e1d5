// The public names, listed one by one.
export {
  BulkheadError,
  type ErrorCode,
  type ErrorDetail,
  type ExitReason,
  exits,
  failures,
  isBulkheadError,
} from './errors.js';
