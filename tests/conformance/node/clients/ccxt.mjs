// SPDX-License-Identifier: Apache-2.0
// ccxt 4.5.84, as its users call it: unified methods, REST and pro (WebSocket).
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { apiKey, balances, Heard, journey, near, rest, secret, streams, wsApi } from './journey.mjs';

const market = 'BTC/USDT';

function client(Binance) {
  const exchange = new Binance({
    apiKey,
    secret,
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] },
      fetchCurrencies: false,
      fetchMargins: false,
    },
  });
  exchange.urls.api.public = `${rest}/api/v3`;
  exchange.urls.api.private = `${rest}/api/v3`;
  exchange.urls.api.v1 = `${rest}/api/v1`;
  exchange.urls.api.sapi = `${rest}/sapi/v1`;
  if (exchange.urls.api.ws) {
    exchange.urls.api.ws.spot = `${streams}/ws`;
    exchange.urls.api.ws['ws-api'].spot = wsApi;
  }
  return exchange;
}

await journey('ccxt', async (at) => {
  const exchange = client(ccxt.binance);
  const pro = client(ccxt.pro.binance);

  at('rules');
  await exchange.loadMarkets();
  const rules = exchange.market(market);
  assert.equal(rules.id, 'BTCUSDT');
  assert.equal(rules.spot, true);
  near(rules.precision.price, 0.01, 'tick');
  near(rules.precision.amount, 0.00001, 'step');
  near(rules.limits.cost.min, 5, 'least notional');
  assert.equal(exchange.priceToPrecision(market, 50000.129), '50000.13');

  at('time');
  assert.ok(Math.abs((await exchange.fetchTime()) - Date.now()) < 5000);

  at('balance');
  const before = await exchange.fetchBalance();
  assert.ok(before.USDT.total > 0 && before.BTC.total > 0);
  assert.ok('USDT' in balances);

  at('book and trades');
  const book = await exchange.fetchOrderBook(market, 5);
  assert.equal(book.bids.length, 5);
  assert.ok(book.bids[0][0] < book.asks[0][0]);
  const ticker = await exchange.fetchTicker(market);
  assert.ok(ticker.last > 0);

  at('user stream opens');
  await pro.loadHttpProxyAgent();
  await pro.loadMarkets();
  const orders = new Heard();
  const fills = new Heard();
  const wallets = new Heard();
  const listen = async (watch, heard) => {
    for (;;) {
      for (const event of [await watch()].flat()) heard.push({ ...event });
    }
  };
  const broken = [];
  const keep = (watch, heard) => listen(watch, heard).catch((error) => broken.push(error));
  keep(() => pro.watchOrders(market), orders);
  keep(() => pro.watchMyTrades(market), fills);
  keep(() => pro.watchBalance(), wallets);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.deepEqual(broken, []);
  const told = (id, status) =>
    orders.until(`${id} ${status}`, (o) => o.id === id && o.status === status);

  at('LIMIT rests');
  const resting = await exchange.createOrder(market, 'limit', 'buy', 0.001, 50000);
  assert.equal(resting.status, 'open');
  assert.equal(resting.type, 'limit');
  assert.equal(resting.timeInForce, 'GTC');
  near(resting.amount, 0.001, 'amount');
  near(resting.filled, 0, 'filled');
  await told(resting.id, 'open');
  const locked = await exchange.fetchBalance();
  near(locked.USDT.used, before.USDT.used + 50, 'locked');
  assert.ok((await exchange.fetchOpenOrders(market)).some((o) => o.id === resting.id));

  at('cancel');
  const canceled = await exchange.cancelOrder(resting.id, market);
  assert.equal(canceled.status, 'canceled');
  await told(resting.id, 'canceled');
  assert.equal((await exchange.fetchOrder(resting.id, market)).status, 'canceled');
  await assert.rejects(exchange.cancelOrder(resting.id, market), ccxt.OrderNotFound);

  at('FOK that cannot fill');
  const killed =
    await exchange.createOrder(market, 'limit', 'buy', 0.001, 50000, { timeInForce: 'FOK' });
  assert.equal(killed.status, 'expired');
  near(killed.filled, 0, 'filled');
  await told(killed.id, 'expired');

  at('FOK that fills');
  const ask = (await exchange.fetchOrderBook(market, 5)).asks[0][0];
  const limit = Number(exchange.priceToPrecision(market, ask * 1.01));
  const filled =
    await exchange.createOrder(market, 'limit', 'buy', 0.01, limit, { timeInForce: 'FOK' });
  assert.equal(filled.status, 'closed');
  near(filled.filled, 0.01, 'filled');
  assert.ok(filled.average <= limit && filled.trades.length >= 1);
  near(filled.fees.reduce((sum, fee) => sum + fee.cost, 0), 0.00001, 'fee');
  assert.equal(filled.fees[0].currency, 'BTC');
  await told(filled.id, 'closed');
  await fills.until('its trade', (t) => t.order === filled.id && t.takerOrMaker === 'taker');

  at('market order');
  const sold = await exchange.createOrder(market, 'market', 'sell', 0.005);
  assert.equal(sold.status, 'closed');
  near(sold.filled, 0.005, 'filled');
  assert.equal(sold.fees[0].currency, 'USDT');
  await told(sold.id, 'closed');
  await wallets.until('the balance after it', (b) => b.BTC && b.USDT);
  assert.ok((await exchange.fetchMyTrades(market)).some((t) => t.order === sold.id));

  at('post-only that would take');
  await assert.rejects(
    exchange.createOrder(market, 'limit', 'buy', 0.001, limit, { postOnly: true }),
    ccxt.OrderImmediatelyFillable);

  at('too little money');
  await assert.rejects(exchange.createOrder(market, 'limit', 'buy', 100, 50000),
    ccxt.InsufficientFunds);

  at('replace');
  const first = await exchange.createOrder(market, 'limit', 'buy', 0.001, 50000);
  const second = await exchange.editOrder(first.id, market, 'limit', 'buy', 0.001, 50001);
  assert.notEqual(second.id, first.id);
  near(second.price, 50001, 'price');
  assert.equal((await exchange.fetchOrder(first.id, market)).status, 'canceled');

  at('order over the WebSocket API');
  const quick = await pro.createOrderWs(market, 'limit', 'buy', 0.001, 50002);
  assert.equal(quick.status, 'open');
  await told(quick.id, 'open');
  await exchange.cancelAllOrders(market);
  await told(quick.id, 'canceled');
  assert.deepEqual(await exchange.fetchOpenOrders(market), []);

  at('order list');
  const list = await exchange.privatePostOrderListOco({
    symbol: 'BTCUSDT', side: 'SELL', quantity: '0.00100',
    aboveType: 'LIMIT_MAKER', abovePrice: '70000.00',
    belowType: 'STOP_LOSS_LIMIT', belowStopPrice: '50000.00', belowPrice: '49900.00',
    belowTimeInForce: 'GTC',
  });
  assert.equal(list.listOrderStatus, 'EXECUTING');
  const legs = await exchange.fetchOpenOrders(market);
  assert.equal(legs.length, 2);
  const stop = legs.find((o) => o.triggerPrice);
  near(stop.triggerPrice, 50000, 'stop price');
  for (const leg of legs) await told(leg.id, 'open');
  await exchange.cancelOrder(legs[0].id, market);
  for (const leg of legs) await told(leg.id, 'canceled');

  at('public stream');
  const print = await Promise.race([
    pro.watchTrades(market),
    new Promise((_, reject) => setTimeout(() => reject(new Error('no trade')), 8000)),
  ]);
  assert.ok(print[0].price > 0 && print[0].symbol === market);
  const live = await pro.watchOrderBook(market);
  assert.ok(live.bids[0][0] < live.asks[0][0]);

  at('the ledger adds up');
  assert.deepEqual(broken, []);
  const after = await exchange.fetchBalance();
  near(after.BTC.total, before.BTC.total + 0.01 - 0.00001 - 0.005, 'BTC');
  near(after.USDT.used, before.USDT.used, 'nothing stays locked');
});
