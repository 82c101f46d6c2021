#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes fixtures/<resource>.v<version>/{good,bad}/*.json; with --check only compares.

Good ones have the shape of the venue's own documents (binance-spot-api-docs, 2026-07-21). Bad ones
differ from a good one in one place; their name is the rule that refuses them and the field.
"""
import copy
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
DROP = object()


def edit(document, path, value):
    """`document` with the member or item at `path` replaced, or dropped."""
    result = copy.deepcopy(document)
    at = result
    for step in path[:-1]:
        at = at[step]
    if value is DROP:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return result


ORDER = {
    "symbol": "BTCUSDT", "orderId": 28, "orderListId": -1, "clientOrderId": "cg7F2K0001E0",
    "price": "52000.00000000", "origQty": "0.01000000", "executedQty": "0.00400000",
    "cummulativeQuoteQty": "207.60000000", "status": "PARTIALLY_FILLED", "timeInForce": "GTC",
    "type": "LIMIT", "side": "BUY", "stopPrice": "0.00000000", "icebergQty": "0.00000000",
    "time": 1660801715639, "updateTime": 1660801717945, "isWorking": True,
    "workingTime": 1660801715639, "origQuoteOrderQty": "0.00000000",
    "selfTradePreventionMode": "EXPIRE_MAKER"}
TRADE = {
    "symbol": "BTCUSDT", "id": 28457, "orderId": 100234, "orderListId": -1,
    "price": "52000.10000000", "qty": "0.01200000", "quoteQty": "624.00120000",
    "commission": "0.00001200", "commissionAsset": "BTC", "time": 1499865549590, "isBuyer": True,
    "isMaker": False, "isBestMatch": True}
FILL = {"price": "52000.00000000", "qty": "0.01000000", "commission": "0.00001000",
        "commissionAsset": "BTC", "tradeId": 56}
REPLY = {
    "symbol": "BTCUSDT", "orderId": 28, "orderListId": -1, "clientOrderId": "cg7F2K0001E0",
    "transactTime": 1507725176595, "price": "52000.00000000", "origQty": "0.01000000",
    "executedQty": "0.01000000", "origQuoteOrderQty": "0.000000",
    "cummulativeQuoteQty": "520.00000000", "status": "FILLED", "timeInForce": "FOK",
    "type": "LIMIT", "side": "BUY", "workingTime": 1507725176595,
    "selfTradePreventionMode": "EXPIRE_MAKER", "fills": [FILL]}
KEY = {
    "ipRestrict": True, "createTime": 1698645219000, "enableReading": True,
    "enableWithdrawals": False, "enableInternalTransfer": False, "enableMargin": False,
    "enableFutures": False, "permitsUniversalTransfer": False, "enableVanillaOptions": False,
    "enableFixApiTrade": False, "enableFixReadOnly": True, "enableSpotAndMarginTrading": True,
    "enablePortfolioMarginTrading": False}
KEY_ALWAYS = ("ipRestrict", "createTime", "enableReading", "enableWithdrawals",
              "enableInternalTransfer", "permitsUniversalTransfer", "enableSpotAndMarginTrading")
CANCELLED = {
    "symbol": "BTCUSDT", "origClientOrderId": "cg7F2K0001E0", "orderId": 4, "orderListId": -1,
    "clientOrderId": "Kq1m2n3o4p5q6r7s8t9u0v", "transactTime": 1684804350068,
    "price": "2.00000000", "origQty": "1.00000000", "executedQty": "0.00000000",
    "origQuoteOrderQty": "0.000000", "cummulativeQuoteQty": "0.00000000", "status": "CANCELED",
    "timeInForce": "GTC", "type": "LIMIT", "side": "BUY",
    "selfTradePreventionMode": "EXPIRE_MAKER"}


def leg(order_id, client_id, **more):
    base = {k: v for k, v in REPLY.items() if k != "fills"}
    return {**base, "orderId": order_id, "orderListId": 8, "clientOrderId": client_id, **more}


PENDING = {"status": "PENDING_NEW", "executedQty": "0.00000000", "side": "SELL",
           "cummulativeQuoteQty": "0.00000000", "workingTime": -1}
LIST = {
    "orderListId": 8, "contingencyType": "OTO", "listStatusType": "EXEC_STARTED",
    "listOrderStatus": "EXECUTING", "listClientOrderId": "cg7F2K0001L0",
    "transactionTime": 1712544408508, "symbol": "BTCUSDT",
    "orders": [{"symbol": "BTCUSDT", "orderId": 28, "clientOrderId": "cg7F2K0001E0"}],
    "orderReports": [leg(28, "cg7F2K0001E0", fills=[FILL]),
                     leg(29, "cg7F2K0001S0", type="STOP_LOSS", **PENDING),
                     leg(30, "cg7F2K0001T0", type="LIMIT_MAKER", **PENDING)]}
ACCOUNT = {
    "makerCommission": 15, "takerCommission": 15, "buyerCommission": 0, "sellerCommission": 0,
    "commissionRates": {"maker": "0.00150000", "taker": "0.00150000", "buyer": "0.00000000",
                        "seller": "0.00000000"},
    "canTrade": True, "canWithdraw": True, "canDeposit": True, "brokered": False,
    "requireSelfTradePrevention": False, "preventSor": False, "updateTime": 1123456789000,
    "accountType": "SPOT",
    "balances": [{"asset": "BTC", "free": "4723846.89208129", "locked": "0.00000000"},
                 {"asset": "USDT", "free": "103000.00000000", "locked": "520.00000000"}],
    "permissions": ["SPOT"], "uid": 354937868}
RATES = {"maker": "0.00000010", "taker": "0.00000020", "buyer": "0.00000030",
         "seller": "0.00000040"}
COMMISSION = {
    "symbol": "BTCUSDT", "standardCommission": RATES, "specialCommission": RATES,
    "taxCommission": RATES,
    "discount": {"enabledForAccount": True, "enabledForSymbol": True, "discountAsset": "BNB",
                 "discount": "0.75000000"}}
FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01000000", "maxPrice": "1000000.00000000",
     "tickSize": "0.01000000"},
    {"filterType": "LOT_SIZE", "minQty": "0.00001000", "maxQty": "9000.00000000",
     "stepSize": "0.00001000"},
    {"filterType": "ICEBERG_PARTS", "limit": 100},
    {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": "107.49845488",
     "stepSize": "0.00000000"},
    {"filterType": "TRAILING_DELTA", "minTrailingAboveDelta": 10, "maxTrailingAboveDelta": 2000,
     "minTrailingBelowDelta": 10, "maxTrailingBelowDelta": 2000},
    {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": "5", "bidMultiplierDown": "0.2",
     "askMultiplierUp": "5", "askMultiplierDown": "0.2", "avgPriceMins": 5},
    {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True,
     "maxNotional": "9000000.00000000", "applyMaxToMarket": False, "avgPriceMins": 5},
    {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
    {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 20},
    {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
    {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": 10}]
SYMBOL = {
    "symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "baseAssetPrecision": 8,
    "quoteAsset": "USDT", "quotePrecision": 8, "quoteAssetPrecision": 8,
    "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT",
                   "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"],
    "icebergAllowed": True, "ocoAllowed": True, "otoAllowed": True, "opoAllowed": True,
    "isSpotTradingAllowed": True, "isMarginTradingAllowed": True, "filters": FILTERS,
    "permissions": [], "permissionSets": [["SPOT", "MARGIN", "TRD_GRP_261"]],
    "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
    "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"]}
LIMITS = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
    {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200000},
    {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 300000}]
INFO = {"timezone": "UTC", "serverTime": 1565246363776, "rateLimits": LIMITS,
        "exchangeFilters": [], "symbols": [SYMBOL]}
COUNTS = [{"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100,
           "count": 12},
          {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1,
           "limit": 6000, "count": 321}]
FRAME = {"id": 7, "status": 200, "result": REPLY, "rateLimits": COUNTS}
REFUSED = {"id": 7, "status": 400, "rateLimits": COUNTS,
           "error": {"code": -2010,
                     "msg": "Account has insufficient balance for requested action."}}
THROTTLED = {"id": 8, "status": 418, "rateLimits": COUNTS,
             "error": {"code": -1003,
                       "msg": "Way too much request weight used; IP banned until 1659146400000.",
                       "data": {"serverTime": 1659142907531, "retryAfter": 1659146400000}}}
EXEC = {
    "e": "executionReport", "E": 1499405658658, "s": "BTCUSDT", "c": "cg7F2K0001E0", "S": "BUY",
    "o": "LIMIT", "f": "FOK", "q": "0.01000000", "p": "52000.00000000", "P": "0.00000000",
    "F": "0.00000000", "g": -1, "C": "", "x": "TRADE", "X": "FILLED", "r": "NONE", "i": 4293153,
    "l": "0.01000000", "z": "0.01000000", "L": "51999.50000000", "n": "0.00001000", "N": "BTC",
    "T": 1499405658657, "t": 77, "I": 8641984, "w": False, "m": False, "M": True,
    "O": 1499405658657, "Z": "519.99500000", "Y": "519.99500000", "Q": "0.00000000",
    "W": 1499405658657, "V": "EXPIRE_MAKER"}
POSITION = {"e": "outboundAccountPosition", "E": 1564034571105, "u": 1564034571073,
            "B": [{"a": "BTC", "f": "0.00999000", "l": "0.00000000"},
                  {"a": "USDT", "f": "480.00500000", "l": "0.00000000"}]}
LIST_STATUS = {"e": "listStatus", "E": 1564035303637, "s": "BTCUSDT", "g": 2, "c": "OTO",
               "l": "EXEC_STARTED", "L": "EXECUTING", "r": "NONE", "C": "cg7F2K0001L0",
               "T": 1564035303625,
               "O": [{"s": "BTCUSDT", "i": 17, "c": "cg7F2K0001E0"}]}
CANCEL_EVENT = {**EXEC, "c": "Kq1m2n3o4p5q6r7s8t9u0v", "C": "cg7F2K0001E0", "x": "CANCELED",
                "X": "CANCELED", "l": "0.00000000", "L": "0.00000000", "z": "0.00000000",
                "Z": "0.00000000", "n": "0", "N": None, "t": -1}
EXPIRED_EVENT = {**CANCEL_EVENT, "c": "cg7F2K0001E0", "C": "", "x": "EXPIRED", "X": "EXPIRED",
                 "eR": "UNFILLED_FOK_ORDER_EXPIRED"}
ERROR = {"code": -1121, "msg": "Invalid symbol."}
TIME = {"serverTime": 1499827319559}
AVERAGE = {"mins": 5, "price": "52000.35751067", "closeTime": 1694061154503}
LOGON = {"apiKey": "shortened", "authorizedSince": 1649729878532, "connectedSince": 1649729873021,
         "returnRateLimits": False, "serverTime": 1649729878630, "userDataStream": True}
SUBSCRIPTION = {"subscriptionId": 0}

BALANCE_UPDATE = {"e": "balanceUpdate", "E": 1573200697110, "a": "BTC", "d": "100.00000000",
                  "T": 1573200697068}
TERMINATED = {"e": "eventStreamTerminated", "E": 1728973001334}
SHUTDOWN = {"e": "serverShutdown", "E": 1770123456789}
TICKER = {"u": 400900217, "s": "BTCUSDT", "b": "60000.10000000", "B": "31.21000000",
          "a": "60000.20000000", "A": "40.66000000"}
DEPTH_UPDATE = {"e": "depthUpdate", "E": 1672515782136, "s": "BTCUSDT", "U": 157, "u": 160,
                "b": [["60000.10000000", "10.00000000"]], "a": [["60000.20000000", "0.00000000"]]}
SNAPSHOT = {"lastUpdateId": 1027024, "bids": [["60000.10000000", "431.00000000"]],
            "asks": [["60000.20000000", "12.00000000"]]}
STREAM_TRADE = {"e": "trade", "E": 1672515782136, "s": "BTCUSDT", "t": 12345,
                "p": "60000.10000000", "q": "0.10000000", "T": 1672515782136, "m": True, "M": True}
# resource -> (good: name -> document, bad: name -> document)
ALL = {
    "order": ({
        "partly": ORDER,
        "stop": edit(edit(edit(ORDER, ["type"], "STOP_LOSS"), ["status"], "NEW"),
                     ["stopPrice"], "49000.00000000"),
        "old": edit(ORDER, ["cummulativeQuoteQty"], "-1.00000000"),
        "drift-new_members": {**ORDER, "somethingNew": {"a": [1, None]}},
        "drift-new_type": edit(edit(ORDER, ["type"], "PEGGED"), ["timeInForce"], "GTD"),
        "long_symbol": edit(ORDER, ["symbol"], "LONGERTHANANYOFOURSUSDT"),
        "last_id": edit(ORDER, ["orderId"], 2**62),
    }, {
        "field_missing-status": edit(ORDER, ["status"], DROP),
        "field_missing-executedQty": edit(ORDER, ["executedQty"], DROP),
        "field_type-orderId-text": edit(ORDER, ["orderId"], "28"),
        "field_type-price-number": edit(ORDER, ["price"], 52000.0),
        "field_type-root-array": [ORDER],
        "field_value-status-drift": edit(ORDER, ["status"], "ACCEPTED"),
        "field_value-side": edit(ORDER, ["side"], "buy"),
        "field_value-price-comma": edit(ORDER, ["price"], "52000,1"),
        "number_exponent-price": edit(ORDER, ["price"], "5.2e4"),
        "number_too_many_decimals-origQty": edit(ORDER, ["origQty"], "0.010000001"),
        "number_out_of_range-executedQty": edit(ORDER, ["executedQty"], "92233720369.00000000"),
        "field_out_of_range-executedQty": edit(ORDER, ["executedQty"], "-0.00400000"),
        "field_out_of_range-orderId": edit(ORDER, ["orderId"], -5),
        "field_out_of_range-orderId-huge": edit(ORDER, ["orderId"], 2**62 + 1),
        "field_too_long-symbol": edit(ORDER, ["symbol"], "S" * 257),
        "field_empty-symbol": edit(ORDER, ["symbol"], ""),
        "field_out_of_range-time": edit(ORDER, ["time"], 9223372036854775807),
        "field_too_long-clientOrderId": edit(ORDER, ["clientOrderId"], "a" * 37),
        "field_empty-clientOrderId": edit(ORDER, ["clientOrderId"], ""),
    }),
    "my_trades": ({"two": [TRADE, {**TRADE, "id": 28458, "isBuyer": False}], "none": []}, {
        "field_type-root-object": TRADE,
        "field_type-0-number": [5],
        "field_missing-0.commission": [edit(TRADE, ["commission"], DROP)],
        "field_value-0.qty": [edit(TRADE, ["qty"], "")],
        "field_type-0.isBuyer": [edit(TRADE, ["isBuyer"], "true")],
    }),
    "order_reply": ({
        "full": REPLY, "cancelled": CANCELLED,
        "ack": {k: REPLY[k] for k in
                ("symbol", "orderId", "orderListId", "clientOrderId", "transactTime")},
        "expired": {**REPLY, "status": "EXPIRED", "executedQty": "0.00000000", "fills": [],
                    "expiryReason": "UNFILLED_FOK_ORDER_EXPIRED"},
    }, {
        "field_missing-orderId": edit(REPLY, ["orderId"], DROP),
        "field_missing-side": edit(REPLY, ["side"], DROP),
        "field_type-fills": edit(REPLY, ["fills"], {}),
        "field_missing-fills.0.tradeId": edit(REPLY, ["fills", 0, "tradeId"], DROP),
        "field_out_of_range-fills.0.commission": edit(REPLY, ["fills", 0, "commission"], "-1"),
        "field_missing-symbol-error_body": ERROR,
    }),
    "list_reply": ({"otoco": LIST}, {
        "field_missing-orderReports": edit(LIST, ["orderReports"], DROP),
        "field_value-listOrderStatus": edit(LIST, ["listOrderStatus"], "DONE"),
        "field_value-orderReports.1.status": edit(LIST, ["orderReports", 1, "status"], "PENDING"),
        "input_too_large-orderReports": edit(LIST, ["orderReports"], [LIST["orderReports"][1]] * 9),
    }),
    "account": ({
        "usual": ACCOUNT,
        "large": edit(ACCOUNT, ["balances", 0, "free"], "99999999999999.00000000"),
        "long_name": edit(ACCOUNT, ["balances", 0, "asset"], "ABCDEFGHIJKLMNOP"),
    }, {
        "field_missing-canTrade": edit(ACCOUNT, ["canTrade"], DROP),
        "field_value-balances.1.free": edit(ACCOUNT, ["balances", 1, "free"], "NaN"),
        "field_empty-balances.0.asset": edit(ACCOUNT, ["balances", 0, "asset"], ""),
        "field_out_of_range-balances.0.locked": edit(ACCOUNT, ["balances", 0, "locked"], "-1"),
    }),
    "key_restrictions": ({
        "trading": KEY, "few_products": {name: KEY[name] for name in KEY_ALWAYS},
        "new_permission": KEY | {"enableTeleport": True, "permitsNothing": False}}, {
        "credential_withdraw-enableWithdrawals": edit(KEY, ["enableWithdrawals"], DROP),
        "credential_withdraw-permitsUniversalTransfer": edit(
            KEY, ["permitsUniversalTransfer"], DROP),
        "credential_ip-ipRestrict": edit(KEY, ["ipRestrict"], DROP),
        "credential_permission-enableReading": edit(KEY, ["enableReading"], DROP),
        "field_type-enableSpotAndMarginTrading": edit(KEY, ["enableSpotAndMarginTrading"], "true"),
        "field_type-enableInternalTransfer": edit(KEY, ["enableInternalTransfer"], 0),
        "field_type-enableFutures": edit(KEY, ["enableFutures"], None),
        "field_type-root": [KEY]}),
    "commission": ({
        "three_layers": COMMISSION,
        "one_layer": {k: COMMISSION[k] for k in ("symbol", "standardCommission")},
    }, {
        "field_missing-standardCommission": edit(COMMISSION, ["standardCommission"], DROP),
        "field_missing-taxCommission.seller": edit(
            COMMISSION, ["taxCommission"], {k: RATES[k] for k in ("maker", "taker", "buyer")}),
        "field_type-specialCommission": edit(COMMISSION, ["specialCommission"], "0.001"),
    }),
    "exchange_info": ({
        "btcusdt": INFO,
        "drift-new_words": edit(
            edit(edit(INFO, ["symbols", 0, "filters"],
                      FILTERS + [{"filterType": "MAX_WHIMS", "limit": 3}]),
                 ["symbols", 0, "status"], "PAUSED"),
            ["rateLimits"], LIMITS + [{"rateLimitType": "WHIMS", "interval": "CENTURY",
                                       "intervalNum": 1, "limit": 1}]),
    }, {
        "field_missing-symbols.0.filters-no_lot_size": edit(
            INFO, ["symbols", 0, "filters"], FILTERS[:1] + FILTERS[2:]),
        "field_missing-symbols.0.filters-no_notional": edit(
            INFO, ["symbols", 0, "filters"], FILTERS[:6] + FILTERS[7:]),
        "field_missing-symbols.0.filters.0.tickSize": edit(
            INFO, ["symbols", 0, "filters", 0, "tickSize"], DROP),
        "field_value-symbols.0.filters.1.filterType-twice": edit(
            INFO, ["symbols", 0, "filters", 1], FILTERS[0]),
        "field_out_of_range-rateLimits.0.intervalNum": edit(
            INFO, ["rateLimits", 0, "intervalNum"], 0),
        "field_type-symbols": edit(INFO, ["symbols"], SYMBOL),
    }),
    "server_time": ({"ms": TIME}, {
        "field_missing-serverTime": {}, "field_type-serverTime": {"serverTime": "now"},
        "field_type-serverTime-fraction": {"serverTime": 1499827319559.5},
        "field_out_of_range-serverTime": {"serverTime": -1}}),
    "avg_price": ({"five_minutes": AVERAGE}, {
        "field_missing-price": edit(AVERAGE, ["price"], DROP),
        "field_type-mins": edit(AVERAGE, ["mins"], "5")}),
    "logon": ({"new": LOGON}, {
        "field_missing-authorizedSince": edit(LOGON, ["authorizedSince"], DROP),
        "field_type-authorizedSince-status_only": edit(LOGON, ["authorizedSince"], None)}),
    "subscription": ({"first": SUBSCRIPTION}, {
        "field_missing-subscriptionId": {},
        "field_out_of_range-subscriptionId": {"subscriptionId": -1}}),
    "subscriptions": ({"two": [SUBSCRIPTION, {"subscriptionId": 1}], "none": []}, {
        "field_type-root-object": SUBSCRIPTION,
        "field_type-0-number": [0],
        "field_missing-1.subscriptionId": [SUBSCRIPTION, {}],
        "field_out_of_range-0.subscriptionId": [{"subscriptionId": -1}]}),
    "error": ({
        "invalid_symbol": ERROR,
        "throttled": {"code": -1003, "msg": "Too much request weight used; current limit is 6000"
                      " request weight per 1 MINUTE. Please use WebSocket Streams for live updates"
                      " to avoid polling the API."},
        "banned": THROTTLED["error"],
        "too_many_orders": {"code": -1015, "msg": "Too many new orders; current limit is 100"
                            " orders per 10 SECOND."},
        "clock": {"code": -1021,
                  "msg": "Timestamp for this request is outside of the recvWindow."},
        "duplicate": {"code": -2010, "msg": "Duplicate order sent."},
        "key_with_ip": {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action,"
                        " request ip: 203.0.113.7"},
        "unknown_outcome": {"code": -1007, "msg": "Timeout waiting for response from backend"
                            " server. Send status unknown; execution status unknown."},
    }, {
        "field_missing-code": {"msg": "no code"},
        "field_type-code": {"code": "-1121", "msg": "text"},
        "field_type-root": "Bad gateway",
    }),
    "ws_frame": ({
        "result": FRAME, "refused": REFUSED, "throttled": THROTTLED,
        "list_result": {**FRAME, "result": [ORDER, ORDER]},
        "key_revoked": {"id": None, "status": 401,
                        "error": {"code": -2015,
                                  "msg": "Invalid API-key, IP, or permissions for action."}},
        "event": {"subscriptionId": 0, "event": EXEC},
        "shutdown": {"event": {"e": "serverShutdown", "E": 1770123456789}},
        "drift-new_members": {**FRAME, "somethingNew": "}{\"", "rateLimits": [
            {"rateLimitType": "WHIMS", "interval": "CENTURY", "intervalNum": 1, "limit": 1,
             "count": 0}]},
    }, {
        "field_missing-id": edit(FRAME, ["id"], DROP),
        "field_type-id-text": edit(FRAME, ["id"], "7"),
        "field_missing-status": edit(FRAME, ["status"], DROP),
        "field_out_of_range-status": edit(FRAME, ["status"], 1000),
        "field_missing-result": edit(FRAME, ["result"], DROP),
        "field_missing-error-throttled": edit(THROTTLED, ["error"], DROP),
        "field_type-error.code": edit(REFUSED, ["error", "code"], None),
        "field_out_of_range-rateLimits.1.count": edit(FRAME, ["rateLimits", 1, "count"], -1),
        "field_missing-subscriptionId": {"event": EXEC},
        "field_unknown-id-event_with_id": {"id": 1, "subscriptionId": 0, "event": EXEC},
        "field_type-event": {"subscriptionId": 0, "event": "executionReport"},
    }),
    "execution_report": ({
        "trade": EXEC, "cancelled": CANCEL_EVENT, "expired": EXPIRED_EVENT,
        "pending": {**CANCEL_EVENT, "c": "cg7F2K0001S0", "C": "", "x": "NEW", "X": "PENDING_NEW",
                    "g": 8, "S": "SELL"},
        "rejected": {**CANCEL_EVENT, "c": "cg7F2K0001E0", "C": "", "x": "REJECTED",
                     "X": "REJECTED", "r": "INSUFFICIENT_BALANCES"},
        "prevented": {**EXPIRED_EVENT, "x": "TRADE_PREVENTION", "X": "EXPIRED_IN_MATCH", "v": 3,
                      "A": "0.01000000"},
        "decremented": {**EXPIRED_EVENT, "x": "TRADE_PREVENTION", "X": "NEW"},
    }, {
        "field_missing-X": edit(EXEC, ["X"], DROP),
        "field_value-x-drift": edit(EXEC, ["x"], "RESTATED"),
        "field_value-X": edit(EXEC, ["X"], "filled"),
        "field_out_of_range-t": edit(EXEC, ["t"], -1),
        "field_empty-N": edit(EXEC, ["N"], None),
        "field_empty-c": edit(EXEC, ["c"], ""),
        "field_type-i": edit(EXEC, ["i"], "4293153"),
        "field_out_of_range-l": edit(EXEC, ["l"], "-0.01000000"),
    }),
    "account_position": ({"two": POSITION}, {
        "field_missing-u": edit(POSITION, ["u"], DROP),
        "field_value-B.1.f": edit(POSITION, ["B", 1, "f"], "1_000"),
    }),
    "balance_update": ({
        "deposit": BALANCE_UPDATE, "withdrawal": {**BALANCE_UPDATE, "d": "-0.00000001"},
    }, {
        "field_value-e": edit(BALANCE_UPDATE, ["e"], "balanceUpdates"),
        "field_missing-E": edit(BALANCE_UPDATE, ["E"], DROP),
        "field_empty-a": edit(BALANCE_UPDATE, ["a"], ""),
        "field_missing-d": edit(BALANCE_UPDATE, ["d"], DROP),
        "field_value-d": edit(BALANCE_UPDATE, ["d"], "+1"),
        "field_type-d": edit(BALANCE_UPDATE, ["d"], 100),
        "field_out_of_range-T": edit(BALANCE_UPDATE, ["T"], -1),
    }),
    "event_stream_terminated": ({"ended": TERMINATED}, {
        "field_value-e": edit(TERMINATED, ["e"], "eventStreamTerminate")}),
    "server_shutdown": ({"soon": SHUTDOWN}, {
        "field_missing-E": edit(SHUTDOWN, ["E"], DROP),
        "field_type-E": edit(SHUTDOWN, ["E"], "soon")}),
    "book_ticker": ({"btcusdt": TICKER}, {
        "field_missing-A": edit(TICKER, ["A"], DROP),
        "field_out_of_range-u": edit(TICKER, ["u"], -1),
        "field_value-b": edit(TICKER, ["b"], "NaN")}),
    "depth_update": ({"two_sides": DEPTH_UPDATE}, {
        "field_missing-U": edit(DEPTH_UPDATE, ["U"], DROP),
        "field_out_of_range-u": edit(DEPTH_UPDATE, ["u"], 150),
        "field_value-b": edit(DEPTH_UPDATE, ["b", 0], ["60000.10000000"])}),
    "depth_snapshot": ({"one_level": SNAPSHOT}, {
        "field_out_of_range-lastUpdateId": edit(SNAPSHOT, ["lastUpdateId"], -1),
        "field_value-asks": edit(SNAPSHOT, ["asks", 0, 1], "much")}),
    "trade": ({"buyer_rests": STREAM_TRADE}, {
        "field_missing-t": edit(STREAM_TRADE, ["t"], DROP),
        "field_out_of_range-p": edit(STREAM_TRADE, ["p"], "0")}),
    "list_status": ({"started": LIST_STATUS,
                     "rejected": {**LIST_STATUS, "L": "REJECT", "r": "OCO_BAD_PRICES"}}, {
        "field_value-L": edit(LIST_STATUS, ["L"], "EXEC_STARTED"),
        "field_missing-C": edit(LIST_STATUS, ["C"], DROP),
    }),
}

VERSIONS = {"balance_update": 2, "order": 2}  # the others are at 1


def raw_bad(good):
    """What no parser of documents writes."""
    text = json.dumps(good, separators=(",", ":"))
    yield "empty_input-root", ""
    yield "json_syntax-cut", text[:-1]
    yield "json_syntax-second_value", text + text
    yield "json_syntax-trailing_comma", text[:-1] + "," + text[-1]
    if text.startswith("{"):
        member = text[1:text.index(":")]
        yield "json_duplicate_key-" + member.strip('"'), text[:-1] + "," + member + ":0}"


def main():
    check = "--check" in sys.argv
    wanted = {}
    for resource, (good, bad) in ALL.items():
        folder = HERE / "fixtures" / f"{resource}.v{VERSIONS.get(resource, 1)}"
        for name, document in good.items():
            wanted[folder / "good" / (name + ".json")] = json.dumps(document, indent=1) + "\n"
        for name, document in bad.items():
            wanted[folder / "bad" / (name + ".json")] = json.dumps(document, indent=1) + "\n"
        for name, text in raw_bad(next(iter(good.values()))):
            wanted[folder / "bad" / (name + ".json")] = text
    present = set((HERE / "fixtures").rglob("*.json"))
    differing = [path for path, text in wanted.items()
                 if not path.exists() or path.read_text() != text]
    stale = present - set(wanted)
    if check:
        for path in [*differing, *stale]:
            print(path)
        return 1 if differing or stale else 0
    for path in stale:
        path.unlink()
    for path in differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
