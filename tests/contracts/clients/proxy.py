"""A proxy for programs that insist on https: it takes CONNECT for the hosts that it was given, speaks TLS for
them with certificates of its own authority, and hands each request on to a plain address of this machine.

    proxy.py FOLDER HOST=http://127.0.0.1:PORT ...

Writes FOLDER/authority.pem, prints its own address on one line, and ends with its standard input.
Any other host is refused, so nothing leaves this machine.
"""

import datetime
import http.client
import http.server
import pathlib
import ssl
import sys
import threading
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OF_ONE_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "proxy-connection", "te", "upgrade"}


class Authority:
    """Signs a certificate for each host."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Slipway's tests")])
        self.contexts = {}
        basic = x509.BasicConstraints(ca=True, path_length=0)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        built = self._builder(self.name, self.key).add_extension(basic, critical=True).add_extension(usage, critical=True)
        own = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        self.certificate = own.sign(self.key, hashes.SHA256())
        (folder / "authority.pem").write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject, key):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))

    def context(self, host):
        if host not in self.contexts:
            key = ec.generate_private_key(ec.SECP256R1())
            builder = self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), key)
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            server = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(server, critical=False).add_extension(issuer, critical=False)
            form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            file = self.folder / f"{host}.pem"
            signed = builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
            file.write_bytes(key.private_bytes(*form) + signed)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.set_alpn_protocols(["http/1.1"])
            context.load_cert_chain(file)
            self.contexts[host] = context
        return self.contexts[host]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    authority = None
    upstreams = {}
    lock = threading.Lock()
    host = None

    def do_CONNECT(self):
        host = self.path.rsplit(":", 1)[0]
        if host not in self.upstreams:
            self.send_error(403, f"{host} is not served here")
            return
        self.send_response(200)
        self.end_headers()
        with self.lock:
            context = self.authority.context(host)
        try:
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            self.close_connection = True
            return
        self.host = host
        self.rfile = self.connection.makefile("rb", self.rbufsize)
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False
        while not self.close_connection:
            self.handle_one_request()
        self.connection.close()

    def forward(self):
        if self.host is None:
            self.send_error(403, "only CONNECT is served")
            return
        upstream = urllib.parse.urlsplit(self.upstreams[self.host])
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_ONE_HOP}
        headers["X-Forwarded-Proto"] = "https"
        connection = http.client.HTTPConnection(upstream.hostname, upstream.port)
        try:
            connection.request(self.command, self.path, body=body or None, headers=headers)
            answer = connection.getresponse()
            whole = answer.read()
        finally:
            connection.close()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in OF_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(whole)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = forward

    def log_message(self, *_):
        pass


def main():
    folder = pathlib.Path(sys.argv[1])
    Handler.upstreams = dict(pair.split("=", 1) for pair in sys.argv[2:])
    Handler.authority = Authority(folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


main()
