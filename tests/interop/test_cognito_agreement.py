"""100 random users and passwords: Amazon's JavaScript library, pycognito and optcloud agree on the same sandbox."""

import random

import httpx
import pytest

from interop.sign_ins import node_sign_ins, our_sign_in, pycognito_user, subject_of
from optcloud import AuthError
from optcloud.sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("default")

USERS = 100
REFUSED = 5  # of them are tried with a wrong password, too: a refusal takes as long as a sign-in
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "äöüßÄÖÜéèêçñøåłžş",
    "αβγδωЖщцыאבגשعربي",
    "漢字仮名ひらがなカタカナ한국어",
    "e\u0301o\u0308\u200d",  # marks that join the letter before, and a joiner
    "😀🗓👩🏽‍🔧𝒜𐍈",  # beyond the first plane: pairs of surrogates in JavaScript
)


def some_text(random_: random.Random) -> str:
    alphabet = "".join(random_.sample(ALPHABETS, random_.randint(1, 3)))
    return "".join(random_.choices(alphabet, k=random_.randint(1, 40)))


def people() -> dict[str, str]:
    """Passwords by user name; the same in each run."""
    random_ = random.Random(2026)
    found: dict[str, str] = {}
    while len(found) < USERS:
        found[some_text(random_)] = some_text(random_)
    return found


def test_three_clients_agree_on_a_hundred_users(sandbox: Sandbox) -> None:
    jobs = [{"username": username, "password": password} for username, password in people().items()]
    for index, job in enumerate(jobs):
        by_uuid = index % 2 == 0  # the other half is known to the pool by their own name
        sandbox.add_cognito_user(job["username"], job["password"], alias=by_uuid)
    wrong = [job | {"password": job["password"] + "x"} for job in jobs[:REFUSED]]
    boto = pycognito_user(sandbox, "anybody").client
    url = f"{sandbox.urls.adiutaopt}/version"
    with node_sign_ins(sandbox) as node:
        node.begin([*jobs, *wrong])  # Node works while the others do
        subjects = []
        for job in jobs:
            user = pycognito_user(sandbox, job["username"], boto)
            user.authenticate(password=job["password"])
            subjects.append(subject_of(user.id_token))
            assert our_sign_in(sandbox, job["username"], job["password"]) == "v6.0.0", job
        for job in wrong:
            with pytest.raises(boto.exceptions.NotAuthorizedException):
                pycognito_user(sandbox, job["username"], boto).authenticate(password=job["password"])
            with pytest.raises(AuthError):
                our_sign_in(sandbox, job["username"], job["password"])
        results = [node.result() for _ in jobs]
        refused = [node.result()["error"] for _ in wrong]
    assert [subject_of(result["idToken"]) for result in results] == subjects
    assert httpx.get(url, headers={"authorization": results[-1]["refreshedIdToken"]}).status_code == 200
    assert refused == ["NotAuthorizedException"] * REFUSED
    assert len(set(subjects)) == USERS
