"""A deployment that janus-harness did not start: a network namespace with one address, in it a
Janus, a Kamailio with digest accounts and SIPp, each started with configuration written here.

Everything in it dies with the test: it is the init process of a PID namespace.
"""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support

ADDRESS = "10.99.0.1"
HTTP_URL = f"http://{ADDRESS}:8088/janus"
WS_URL = f"ws://{ADDRESS}:8188"
HTTPS_URL = f"https://{ADDRESS}:8089/janus"
WSS_URL = f"wss://{ADDRESS}:8989"
ADMIN = ["--admin-url", f"http://{ADDRESS}:7088/admin", "--admin-secret", "admin-secret"]
PROXY = f"sip:{ADDRESS}:5060"
DOMAIN = "example.net"  # not the proxy's address: calls find it through the outbound proxy
SIPP_PORT = 5070  # numbers that begin with 8
LISTEN_PORT = 5080  # numbers that begin with 9
MARK = "SOMEBODYS_NETWORK"

JANUS_FILES = {
    "janus.jcfg": """
general: {{
    debug_level = 4
    debug_timestamps = true
    admin_secret = "admin-secret"
}}
media: {{ ipv6 = false, rtp_port_range = "20000-20999" }}
nat: {{ ice_enforce_list = "{address}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so" }}
""",
    "janus.plugin.sip.jcfg": """
general: {{
    local_ip = "{address}"
    local_media_ip = "{address}"
    rtp_port_range = "30000-30999"
    behind_nat = false
}}
""",
    "janus.transport.http.jcfg": """
general: {{
    http = true, ip = "{address}", port = 8088
    https = {secure}, secure_ip = "{address}", secure_port = 8089
}}
admin: {{ admin_http = true, admin_ip = "{address}", admin_port = 7088 }}
certificates: {{ cert_pem = "{folder}/certificate.pem", cert_key = "{folder}/key.pem" }}
""",
    "janus.transport.websockets.jcfg": """
general: {{
    ws = true, ws_ip = "{address}", ws_port = 8188
    wss = {secure}, wss_ip = "{address}", wss_port = 8989
}}
certificates: {{ cert_pem = "{folder}/certificate.pem", cert_key = "{folder}/key.pem" }}
""",
}

PLUGINS = ",".join(f"libjanus_{name}.so" for name in (
    "audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "streaming", "textroom",
    "videocall", "videoroom", "voicemail"))

KAMAILIO = """#!KAMAILIO
debug=2
log_stderror=yes
children=2
disable_tcp=yes
auto_aliases=no
dns=no
rev_dns=no
listen=udp:{address}:5060
alias="{domain}"
{modules}
modparam("usrloc", "db_mode", 0)
modparam("rr", "enable_full_lr", 1)
modparam("htable", "htable", "secrets=>size=8;")
event_route[htable:mod-init] {{
{accounts}
}}
request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) route(RELAY); exit; }}
    if (!is_method("ACK")) {{ if (t_precheck_trans()) {{ t_check_trans(); exit; }} t_check_trans(); }}
    if (has_totag()) {{
        if (loose_route()) route(RELAY);
        if (is_method("ACK")) {{ if (t_check_trans()) route(RELAY); exit; }}
        sl_send_reply("481", "Call/Transaction Does Not Exist");
        exit;
    }}
    if (is_method("REGISTER")) {{
        if ($sht(secrets=>$au) == $null || !pv_www_authenticate("{domain}", "$sht(secrets=>$au)", "0")) {{
            www_challenge("{domain}", "0");
            exit;
        }}
        save("location");
        exit;
    }}
    if (is_method("OPTIONS")) {{ sl_send_reply("200", "OK"); exit; }}
    if (is_method("INVITE")) {{
        if ($sht(secrets=>$au) == $null || !pv_proxy_authenticate("{domain}", "$sht(secrets=>$au)", "0")) {{
            proxy_challenge("{domain}", "0");
            exit;
        }}
        consume_credentials();
        remove_hf("Route");
        record_route();
    }}
    if ($rU =~ "^8") {{ $du = "sip:{address}:{sipp_port}"; route(RELAY); }}
    if ($rU =~ "^9") {{ $du = "sip:{address}:{listen_port}"; route(RELAY); }}
    if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
    route(RELAY);
}}
route[RELAY] {{
    if (!t_relay()) sl_reply_error();
    exit;
}}
"""

MODULES = ("tm sl rr pv maxfwd usrloc registrar textops siputils auth htable kex corex tmx "
           "sanity").split()


def enter(*programs):
    """Goes on in a network of its own: returns only there. Skips where that cannot be."""
    support.skip_without(*programs)
    if os.environ.get(MARK):
        give_address()
        return
    os.environ[MARK] = "1"
    processes = ["--pid", "--fork", "--kill-child", "--mount-proc"]
    for network in (["-Urn"], ["-n"]):
        if subprocess.run(["unshare", *network, *processes, "true"],
                          capture_output=True).returncode == 0:
            os.execvp("unshare", ["unshare", *network, *processes, sys.executable, "-B",
                                  *sys.argv])
    support.skip("this machine allows no network namespaces")


def give_address():
    for command in ("link set lo up", "link add lan0 type veth peer name lan1",
                    f"addr add {ADDRESS}/24 dev lan0", "link set lan0 up", "link set lan1 up"):
        subprocess.run(["ip", *command.split()], check=True)


def wait_until(condition, what, limit=15):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            print(what, "did not come up")
            support.check(False, what)
            support.finish()
        time.sleep(0.02)


@contextlib.contextmanager
def process(arguments, log):
    with open(log, "w", encoding="utf-8") as output:
        started = subprocess.Popen(arguments, stdout=output, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, env={**os.environ, "TERM": "dumb"})
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def certificate(folder):
    """A self-signed one for the address; gives its file."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=janus", "-addext", f"subjectAltName=IP:{ADDRESS}", "-keyout",
                    f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"],
                   check=True, capture_output=True)
    return f"{folder}/certificate.pem"


@contextlib.contextmanager
def janus(folder, secure=False):
    configuration = os.path.join(folder, "janus")
    os.mkdir(configuration)
    for name, text in JANUS_FILES.items():
        with open(os.path.join(configuration, name), "w", encoding="utf-8") as file:
            file.write(text.format(address=ADDRESS, folder=folder, plugins=PLUGINS,
                                   secure="true" if secure else "false"))
    with process(["janus", "-F", configuration, "-C", f"{configuration}/janus.jcfg"],
                 f"{folder}/janus.log") as started:
        wait_until(janus_answers, "Janus")
        yield started


def janus_answers():
    try:
        with urllib.request.urlopen(HTTP_URL + "/info", timeout=1) as answer:
            return json.load(answer)["janus"] == "server_info"
    except OSError:
        return False


@contextlib.contextmanager
def kamailio(folder, accounts):
    """`accounts`: (user of the digest, secret)."""
    configuration = os.path.join(folder, "kamailio.cfg")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(KAMAILIO.format(
            address=ADDRESS, domain=DOMAIN, sipp_port=SIPP_PORT, listen_port=LISTEN_PORT,
            modules="\n".join(f'loadmodule "{name}.so"' for name in MODULES),
            accounts="\n".join(f'    $sht(secrets=>{user}) = "{secret}";'
                               for user, secret in accounts)))
    with process(["kamailio", "-DD", "-E", "-f", configuration, "-Y", folder, "-w", folder, "-m",
                  "64", "-M", "8"], f"{folder}/kamailio.log") as started:
        wait_until(kamailio_answers, "Kamailio")
        yield started


def kamailio_answers():
    request = (f"OPTIONS sip:{ADDRESS} SIP/2.0\r\nVia: SIP/2.0/UDP {ADDRESS}:5099;rport;"
               f"branch=z9hG4bKready\r\nMax-Forwards: 70\r\nFrom: <sip:a@{ADDRESS}>;tag=a\r\n"
               f"To: <sip:{ADDRESS}>\r\nCall-ID: ready\r\nCSeq: 1 OPTIONS\r\n"
               "Content-Length: 0\r\n\r\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        probe.connect((ADDRESS, 5060))
        try:
            probe.send(request.encode())
            return probe.recv(2000).startswith(b"SIP/2.0 200")
        except OSError:
            return False


@contextlib.contextmanager
def sipp(folder):
    """Answers every call and sends the caller's RTP back."""
    scenario = os.path.join(support.ROOT, "tests/support/sipp/answer.xml")
    with process(["sipp", "-sf", scenario, "-i", ADDRESS, "-p", str(SIPP_PORT), "-mi", ADDRESS,
                  "-mp", "6000", "-rtp_echo", "-nostdin", "-cp", "0"],
                 f"{folder}/sipp.log") as started:
        time.sleep(0.3)
        yield started


def write_accounts(folder, name, count, prefix):
    """A CSV file of accounts whose digest user is not their user name; the pairs for Kamailio."""
    path = os.path.join(folder, name)
    rows = [(f"{prefix}{i:03}", f"{prefix}auth{i:03}", f"s{i}, \"x\"", f"{prefix} {i}")
            for i in range(count)]
    with open(path, "w", encoding="utf-8") as file:
        file.write("display_name,username,authuser,secret\n")
        for user, auth, secret, display in rows:
            escaped = secret.replace('"', '""')
            file.write(f'{display},{user},{auth},"{escaped}"\n')
    return path, [(auth, secret.replace('"', '\\"')) for _, auth, secret, _ in rows]


def tls_answers(url):
    host = url.split("//")[1].split("/")[0].split(":")
    context = ssl._create_unverified_context()
    try:
        with socket.create_connection((host[0], int(host[1])), timeout=1) as plain:
            with context.wrap_socket(plain):
                return True
    except OSError:
        return False
