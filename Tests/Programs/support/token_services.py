"""The services that give out keys and tokens, as their documentation has them, with everything they are asked."""

import datetime
import json
import threading
import urllib.parse

from provider import ScriptedProvider


def in_seconds(seconds):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class TokenService(ScriptedProvider):
    """Numbers what it gives: the keys of the n-th grant end in n. It fails while `failing` is set."""

    def __init__(self, lifetime=3600):
        self.lifetime, self.failing, self.grants, self.gate = lifetime, None, 0, threading.Event()
        self.gate.set()
        super().__init__(self._script)
        self.origin = self.url.removesuffix("/v1")

    def _script(self, line, request):
        self.gate.wait(30)
        if self.failing:
            return line.answer(*self.failing)
        self.serve(line, request)

    def grant(self):
        self.grants += 1
        return f"ASIAGRANT{self.grants}", f"secret-of-grant-{self.grants}", f"session-of-grant-{self.grants}"


class STS(TokenService):
    """docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"""

    @property
    def forms(self):
        return [dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True)) for request in self.requests]

    def serve(self, line, request):
        identifier, secret, session = self.grant()
        line.answer(f"""<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>system:serviceaccount:agents:one</SubjectFromWebIdentityToken>
    <Credentials>
      <SessionToken>{session}</SessionToken>
      <SecretAccessKey>{secret}</SecretAccessKey>
      <Expiration>{in_seconds(self.lifetime)}</Expiration>
      <AccessKeyId>{identifier}</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>""".encode(), content_type="text/xml")


class Container(TokenService):
    """docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"""

    def serve(self, line, request):
        identifier, secret, session = self.grant()
        line.answer({
            "AccessKeyId": identifier, "SecretAccessKey": secret, "Token": session,
            "Expiration": in_seconds(self.lifetime), "AccountId": "123456789012"})


class Instance(TokenService):
    """docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html, second version alone."""

    ROLES = "/latest/meta-data/iam/security-credentials/"

    def serve(self, line, request):
        if request.method == "PUT" and request.path == "/latest/api/token":
            assert int(request.headers["x-aws-ec2-metadata-token-ttl-seconds"]) in range(1, 21601)
            return line.answer(b"imds-session", content_type="text/plain")
        if request.headers.get("x-aws-ec2-metadata-token") != "imds-session":
            return line.answer(b"", "401 Unauthorized")
        if request.path == self.ROLES:
            return line.answer(b"agents-role", content_type="text/plain")
        if request.path != self.ROLES + "agents-role":
            return line.answer(b"", "404 Not Found")
        identifier, secret, session = self.grant()
        line.answer({
            "Code": "Success", "LastUpdated": in_seconds(0), "Type": "AWS-HMAC", "AccessKeyId": identifier,
            "SecretAccessKey": secret, "Token": session, "Expiration": in_seconds(self.lifetime)}, content_type="text/plain")


class GoogleTokens(TokenService):
    """developers.google.com/identity/protocols/oauth2/service-account, and the metadata server's way of the same."""

    def serve(self, line, request):
        if request.method == "GET" and request.headers.get("metadata-flavor") != "Google":
            return line.answer(b"", "403 Forbidden")
        self.grants += 1
        line.answer({"access_token": f"ya29.grant-{self.grants}", "expires_in": self.lifetime, "token_type": "Bearer"})

    def assertions(self):
        forms = [dict(urllib.parse.parse_qsl(request.body.decode())) for request in self.requests]
        assert {form["grant_type"] for form in forms} == {"urn:ietf:params:oauth:grant-type:jwt-bearer"}
        return [form["assertion"] for form in forms]


def service_account(folder, token_uri):
    """A key file as `gcloud iam service-accounts keys create` writes it, and the public half of its key."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    path = folder / "service-account.json"
    path.write_text(json.dumps({
        "type": "service_account", "project_id": "p1", "private_key_id": "key-1", "private_key": private,
        "client_email": "agents@p1.iam.gserviceaccount.com", "client_id": "1", "token_uri": token_uri}))
    return path, public
