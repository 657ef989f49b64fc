// @owf/token-status-list behind a pipe: {"statuses": [{"token", "ids"}]} -> {"statuses": [{"typ", "subject", "statuses"}]}
//
// Its reader of whole tokens insists on an aggregation_uri, which the draft makes optional; so the COSE layer opens the
// token, and the library judges the list itself: bit order, compression, status values.

import { MediaTypes, StatusList } from '@owf/token-status-list';
import { Cwt, cborDecode } from '@owf/cose';

function read({ token, ids }) {
  const cwt = Cwt.fromToken(new Uint8Array(Buffer.from(token, 'hex')));
  const claims = cborDecode(cwt.payload);
  const { bits, lst } = Object.fromEntries(claims.get(65533));
  const list = StatusList.decompressStatusListFromBytes(lst, bits);
  return {
    typ: cwt.protectedHeaders.headers.get(16) === MediaTypes.STATUS_LIST_CWT,
    subject: claims.get(2),
    statuses: ids.map((id) => list.getStatus(id)),
  };
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const request = JSON.parse(Buffer.concat(chunks).toString());
process.stdout.write(JSON.stringify({ statuses: request.statuses.map(read) }));
