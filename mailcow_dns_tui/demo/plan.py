"""The plan of the example: what its operator answered."""

from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup, TlsReports

EXAMPLE_ORG_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqrYl/MlNNGcSUmEdYQ+OTmpU7VsT17FpvU+urkNeVkW/"
    "dgcEWrKRO35UGOXy1dTG98rBsl2SnvA3Gsj8v+Y4ZxgKBUjtHDNrV8A7CPtxdvIGh5cUPblLumIpkOHvlctSOabC"
    "NiW4ZVZJA87zVtHqfWjeyTVwE3aWgaAIy4SskupaufwubZ7wDtfvn82O6JED+Z5l+QoA1fgp/bmChdMCG8j0DN5V"
    "vRpdPEFGLPiw4+O85dOSbRM51CJ1JYMGIpsRIt0fwOv24nPR8Fjv2UHvV0ym4aB4oG6VJEMRKF4n/gg/AvGbZY29"
    "UdniaVroVrveGEwkopRel9lEoL3czQdQLwIDAQAB"
)
BUECHER_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAutzznhpLSFU4wnSJajnVstLVm9oZNUfWb+9y5iyWg4jl"
    "pz3OKNkvlZVORsSG0NdhvdbZplFkm8dJJCPpBw2IBYRfGwjS6FWzq3Rc7peFVi5KmOb8O/BIrbkBgtvtVf4IAXA+"
    "3rUH0OHQZAEa3oP13yNW0Qp9KrKIHT1kQtXRyg2CsoyJsx21RHx1aGyK2RldXFcn2hngOjpJBVQd7pgthTZF6X/L"
    "k9q0jsg3lbi1G6fEmpU1e32ROeC/6D5KL8/VYYCiU3aIPucBTryoETAnDdCNN88v8QVD8P5GM9aDLoWYFJlzbAbj"
    "AUaCnDXn3xEERLNiJR2e1MDtOwlCzxIO/wIDAQAB"
)
SPKI_SHA256 = "0eb097e28cf930681e78036e3b82a9d0263c66d51e416aa6e88f150e15a9470c"
EXAMPLE_ORG_STS_ID = "20261102081500"
BUECHER_STS_ID = "20261119173000"
REPORTS_READ = "The reports of the first weeks were read."
EXAMPLE_ORG_VERIFICATION = "google-site-verification=Zk3vR0mT7yQx1pLs9WcJ5bNdUa8HfGe2oXiKtVqYhM4"
BUECHER_VERIFICATION = "google-site-verification=p8WbXn2LdQ6tYsJvR4uKcE1zGfAiMo7hTq0NkV9yCx5"


def demo_setup() -> Setup:
    """A mail server with two domains; the second is written with an umlaut."""
    return Setup(
        server=Server(
            hostname="mail.example.org",
            ipv4="192.0.2.10",
            ipv6="2001:db8::10",
            spki_sha256=SPKI_SHA256,
            caa="letsencrypt.org",
        ),
        tls_reports=TlsReports(),
        domains=(
            Domain(
                name="example.org",
                dkim=(DkimKey(key=EXAMPLE_ORG_KEY),),
                mta_sts_id=EXAMPLE_ORG_STS_ID,
                verification=(EXAMPLE_ORG_VERIFICATION,),
                dmarc_at_once=REPORTS_READ,
            ),
            Domain(
                name="bücher.example",
                dkim=(DkimKey(key=BUECHER_KEY),),
                mta_sts_id=BUECHER_STS_ID,
                verification=(BUECHER_VERIFICATION,),
                dmarc_at_once=REPORTS_READ,
            ),
        ),
    )
