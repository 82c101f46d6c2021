// SPDX-License-Identifier: Apache-2.0
// binance-api-node 0.13.10, as its users call it.
import assert from 'node:assert/strict';
import Package from 'binance-api-node';
import {
  apiKey, Heard, journey, near, rest, secret, streams, usesEd25519, wsApi,
} from './journey.mjs';

const Binance = Package.default ?? Package;
const symbol = 'BTCUSDT';

await journey('binance-api-node', async (at) => {
  const client = Binance({
    apiKey,
    ...(usesEd25519 ? { privateKey: secret } : { apiSecret: secret }),
    httpBase: rest,
    wsBase: `${streams}/ws`,
    wsApi,
  });
  const free = async (asset) =>
    Number((await client.accountInfo()).balances.find((b) => b.asset === asset).free);
  const code = (expected) => (error) => {
    assert.equal(error.code, expected, error.message);
    return true;
  };

  at('rules');
  assert.equal(await client.ping(), true);
  assert.ok(Math.abs((await client.time()) - Date.now()) < 5000);
  const rules = (await client.exchangeInfo({ symbol })).symbols[0];
  const filter = (type) => rules.filters.find((f) => f.filterType === type);
  assert.equal(filter('PRICE_FILTER').tickSize, '0.01000000');
  assert.equal(filter('LOT_SIZE').stepSize, '0.00001000');
  assert.ok(rules.orderTypes.includes('LIMIT_MAKER'));

  at('balance');
  const info = await client.accountInfo();
  assert.equal(info.canTrade, true);
  const btc = await free('BTC');
  const usdt = await free('USDT');
  assert.ok(btc > 0 && usdt > 0);

  at('user stream opens');
  const user = new Heard();
  const close = await client.ws.user((event) => user.push(event));
  const told = (orderId, executionType) =>
    user.until(`${orderId} ${executionType}`, (e) => e.eventType === 'executionReport' &&
      Number(e.orderId) === Number(orderId) && e.executionType === executionType);

  at('LIMIT rests');
  const resting = await client.order({ symbol, side: 'BUY', quantity: '0.001', price: '50000' });
  assert.equal(resting.status, 'NEW');
  assert.equal(resting.timeInForce, 'GTC');
  assert.equal(resting.executedQty, '0.00000000');
  const opened = await told(resting.orderId, 'NEW');
  assert.equal(opened.newClientOrderId, resting.clientOrderId);
  assert.equal(opened.isOrderWorking, true);
  const position = await user.until('the position', (e) => e.eventType === 'outboundAccountPosition');
  near(Number(position.balances.find((b) => b.asset === 'USDT').locked), 50, 'locked');
  assert.equal((await client.openOrders({ symbol })).length, 1);

  at('cancel');
  const canceled = await client.cancelOrder({ symbol, orderId: resting.orderId });
  assert.equal(canceled.status, 'CANCELED');
  assert.equal(canceled.origClientOrderId, resting.clientOrderId);
  const ended = await told(resting.orderId, 'CANCELED');
  assert.equal(ended.originalClientOrderId, resting.clientOrderId);
  assert.equal((await client.getOrder({ symbol, orderId: resting.orderId })).status, 'CANCELED');
  await assert.rejects(client.cancelOrder({ symbol, orderId: resting.orderId }), code(-2011));
  near(await free('USDT'), usdt, 'money is free again');

  at('FOK that cannot fill');
  const killed = await client.order(
    { symbol, side: 'BUY', quantity: '0.001', price: '50000', timeInForce: 'FOK' });
  assert.equal(killed.status, 'EXPIRED');
  await told(killed.orderId, 'EXPIRED');

  at('FOK that fills');
  const book = await client.book({ symbol, limit: 5 });
  const limit = (Number(book.asks[0].price) * 1.01).toFixed(2);
  const filled = await client.order(
    { symbol, side: 'BUY', quantity: '0.01', price: limit, timeInForce: 'FOK' });
  assert.equal(filled.status, 'FILLED');
  assert.equal(filled.executedQty, '0.01000000');
  near(filled.fills.reduce((sum, fill) => sum + Number(fill.qty), 0), 0.01, 'fills');
  assert.equal(filled.fills[0].commissionAsset, 'BTC');
  const trade = await told(filled.orderId, 'TRADE');
  assert.equal(trade.isBuyerMaker, false);
  assert.equal(trade.commissionAsset, 'BTC');

  at('market order');
  const sold = await client.order({ symbol, side: 'SELL', type: 'MARKET', quantity: '0.005' });
  assert.equal(sold.status, 'FILLED');
  assert.equal(sold.fills[0].commissionAsset, 'USDT');
  await told(sold.orderId, 'TRADE');
  const trades = await client.myTrades({ symbol });
  assert.ok(trades.some((t) => Number(t.orderId) === Number(sold.orderId) && !t.isBuyer));

  at('post-only that would take');
  await assert.rejects(
    client.order({ symbol, side: 'BUY', type: 'LIMIT_MAKER', quantity: '0.001', price: limit }),
    code(-2010));

  at('a filter');
  await assert.rejects(
    client.order({ symbol, side: 'BUY', quantity: '0.001', price: '50000.001' }), code(-1013));

  at('order list');
  const list = await client.privateRequest('POST', '/api/v3/orderList/oco', {
    symbol, side: 'SELL', quantity: '0.00100',
    aboveType: 'LIMIT_MAKER', abovePrice: '70000.00',
    belowType: 'STOP_LOSS_LIMIT', belowStopPrice: '50000.00', belowPrice: '49900.00',
    belowTimeInForce: 'GTC',
  });
  assert.equal(list.contingencyType, 'OCO');
  assert.equal(list.orderReports.length, 2);
  await user.until('the list', (e) => e.eventType === 'listStatus' &&
    Number(e.orderListId) === Number(list.orderListId) && e.listOrderStatus === 'EXECUTING');
  const read = await client.getOrderOco({ orderListId: list.orderListId });
  assert.equal(read.listOrderStatus, 'EXECUTING');
  const gone = await client.cancelOrderOco({ symbol, orderListId: list.orderListId });
  assert.equal(gone.listOrderStatus, 'ALL_DONE');
  for (const leg of list.orders) await told(leg.orderId, 'CANCELED');
  await user.until('the end of the list',
    (e) => e.eventType === 'listStatus' && e.listOrderStatus === 'ALL_DONE');

  at('public streams');
  const market = new Heard();
  client.ws.aggTrades([symbol], (event) => market.push({ kind: 'aggTrade', ...event }));
  client.ws.depth(symbol, (event) => market.push({ kind: 'depth', ...event }));
  client.ws.candles(symbol, '1m', (event) => market.push({ kind: 'candle', ...event }));
  const print = await market.until('a trade', (e) => e.kind === 'aggTrade');
  assert.ok(Number(print.price) > 0 && print.symbol === symbol);
  const diff = await market.until('a diff', (e) => e.kind === 'depth');
  assert.ok(diff.finalUpdateId >= diff.firstUpdateId);
  const candle = await market.until('a candle', (e) => e.kind === 'candle');
  assert.equal(candle.interval, '1m');

  at('the ledger adds up');
  near(await free('BTC'), btc + 0.01 - 0.00001 - 0.005, 'BTC');
  close();
});
