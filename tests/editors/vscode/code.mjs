// code.mjs -- the file that the scenarios work on, and answers of models to it.
import { block } from '../../lib/model.mjs';

export const PAYMENTS = `import requests


def charge(order):
    response = requests.post(PAYMENT_URL, json={"order": order.id})
    return response.json()


def refund(order):
    response = requests.post(REFUND_URL, json={"order": order.id})
    return response.json()
`;

export const CALL = '    response = requests.post(PAYMENT_URL, json={"order": order.id})\n';
export const TIMED = '    response = requests.post(PAYMENT_URL, json={"order": order.id}, timeout=10)\n';
export const REFUND = CALL.replace('PAYMENT', 'REFUND');
export const REFUND_TIMED = TIMED.replace('PAYMENT', 'REFUND');
export const ONE = block(CALL, TIMED, 'The call waits for ever without a timeout.');
/** A change in each of the two functions. */
export const TWO = `${ONE}\n${block(REFUND, REFUND_TIMED)}`;
export const WRONG = block('    nothing_like_this()\n', '    x()\n');

export const FIXED = PAYMENTS.replace(CALL, TIMED);
