// SPDX-License-Identifier: Apache-2.0
// HTTP, HTTPS, WebSocket and plain TCP on free ports of the loopback, well and badly behaved by path.
// Prints one line of JSON with the ports; ends when its standard input does.
//   node server.mjs [KEY.pem CERT.pem]
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import {WebSocketServer} from 'ws';

let connections = 0;

const pages = {
  '/echo': (request, answer, query, body) => {
    answer.setHeader('X-Seen', 'Yes');
    answer.end(JSON.stringify({method: request.method, url: request.url, headers: request.headers, body}));
  },
  '/status': (request, answer, query) => {
    answer.statusCode = Number(query.get('code'));
    answer.end('words');
  },
  '/redirect': (request, answer) => {
    answer.statusCode = 302;
    answer.setHeader('Location', '/echo');
    answer.end();
  },
  '/slow': (request, answer, query) => setTimeout(() => answer.end(query.get('id')), Number(query.get('ms'))),
  '/connections': (request, answer) => answer.end(String(connections)),
  '/silent': () => {},
  '/big': (request, answer, query) => answer.end('x'.repeat(Number(query.get('bytes')))),
  '/big_header': (request, answer, query) => {
    answer.setHeader('X-Big', 'x'.repeat(Number(query.get('bytes'))));
    answer.end();
  },
  '/chunked': (request, answer) => {
    answer.write('one,');
    setTimeout(() => answer.end('two'), 10);
  },
  '/cut_before': (request) => request.socket.destroy(),
  '/cut_inside_head': (request) => request.socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  '/cut_inside': (request) => request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345'),
  '/cut_after': (request) => request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345'),
  '/no_length': (request) => request.socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'),
  '/garbage': (request) => request.socket.write('SSH-2.0-not http\r\n\r\n'),
  '/interim': (request) => request.socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'),
  '/two_answers': (request) => request.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n'),
};

const on_request = (request, answer) => {
  const url = new URL(request.url, 'http://host');
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const page = pages[url.pathname];
    if (page) return page(request, answer, url.searchParams, body);
    answer.statusCode = 404;
    answer.end();
  });
};

const rooms = {
  '/ws/echo': (socket) => socket.on('message', (text) => socket.send(String(text))),
  '/ws/ping': (socket) => {
    socket.on('pong', (payload) => socket.send(`pong ${payload}`));
    socket.ping('20 s');
  },
  '/ws/big': (socket, query) => socket.send('x'.repeat(Number(query.get('bytes')))),
  '/ws/binary': (socket) => socket.send(Buffer.from([1, 2, 3])),
  '/ws/close': (socket) => socket.close(1001, 'going away'),
  '/ws/cut': (socket) => setTimeout(() => socket.terminate(), 10),
  '/ws/deaf': (socket) => socket._socket.pause(),  // as a peer whose machine is gone
  '/ws/flood': (socket) => {
    for (let i = 0; i < 100; ++i) socket.send(String(i));
  },
};

const listen = async (server) => {
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server.address().port;
};

const with_sockets = (server) => {
  const sockets = new WebSocketServer({noServer: true});
  server.on('connection', () => ++connections);
  server.on('clientError', (error, socket) => socket.destroy());
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url, 'http://host');
    const room = rooms[url.pathname];
    if (!room) return socket.end('HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => {});
      room(opened, url.searchParams);
    });
  });
  return server;
};

const ports = {};
const keep_alive = {keepAliveTimeout: 60000};
ports.plain = await listen(with_sockets(http.createServer({...keep_alive, maxHeaderSize: 65536}, on_request)));
const brief = http.createServer(on_request);  // closes what is idle for a moment
brief.keepAliveTimeout = 1;
ports.brief = await listen(brief);
ports.deaf = await listen(net.createServer((socket) => socket.pause()));
const [key, cert] = process.argv.slice(2);
if (key) {
  const files = {key: fs.readFileSync(key), cert: fs.readFileSync(cert)};
  let names = [];
  const secure = https.createServer({...files, ...keep_alive, SNICallback: (name, done) => {
    names.push(name);
    done(null, null);
  }}, on_request);
  pages['/names'] = (request, answer) => answer.end(names.join(','));
  ports.tls = await listen(with_sockets(secure));
}
console.log(JSON.stringify(ports));
process.stdin.on('end', () => process.exit(0)).resume();
