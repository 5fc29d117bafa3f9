/**
 * Whether a request that was refused with this HTTP status may be taken when it comes again as it is: 408 timeout, 409 conflict
 * (some gateways: still loading), 429 too many, and every 5xx.
 */
export const isPassingStatus = (status: number): boolean =>
  status === 408 || status === 409 || status === 429 || status >= 500;
