"""The text of a raw record, read as package ingest/pbs of pbsduck does. (Attributes of a record that is broken over
several lines, and whose values hold forged attributes as well, may end elsewhere; no real one is known that does.)"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable
from typing import Optional

Pair = tuple[bytes, bytes, bool]  # name, value, whether it stood between quotes that PBS put on


def text(some: bytes) -> str:
    """Bytes of a record as text: UTF-8, or if they are none Latin-1, each byte as the character of its number."""
    try:
        return some.decode()
    except UnicodeDecodeError:
        return some.decode("latin-1")


def attributes(record: bytes) -> dict[str, str]:
    """The attributes of an E record by name. Of a name that comes twice the last value counts."""
    head = _HEAD.search(record)
    if not head:
        return {}
    lines = _trim_line(record[head.end() :])
    body = _unwrapped(lines)
    pairs = _straight(body)
    if pairs is None:
        pairs = _Reading(body).pairs() if _NAME.match(body) else []
    return {name.decode(): text(value) for name, value, _ in _kept(pairs, body, lines.partition(b"\n")[0])}


_SPACE = b" \t\n\v\f\r"


def _trim_line(some: bytes) -> bytes:
    """A text without the white space at its end, but for the blanks in front of any other."""
    end = len(some.rstrip(_SPACE))
    return some[: end + len(some[end:]) - len(some[end:].lstrip(b" "))]


_HEAD = re.compile(rb"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d;E;[^;]*;")
_NAME = re.compile(rb"([A-Za-z_][A-Za-z0-9_]*(?:\.(?:[A-Za-z0-9_.]|(?<!\.)-)*)?)(?<!\.)=")

# The keys of a job in the order in which servers write them; a resource list is one rank.
_HEAD_KEYS = (
    "gridname user group account project accounting_id jobname queue resvname resvID ctime qtime etime "
    "start_count start owner depend "
    "array_indices exec_host exec_vnode login_node"
).split()
_TAIL_KEYS = "session alt_id total_execution_slots unique_node_count end Exit_status".split()
_RANKS = {name.encode(): place for place, name in enumerate(_HEAD_KEYS, 1)}
_REQUESTED, _ASSIGNED, _TAIL = 100, 101, 102
_RANKS.update({name.encode(): place for place, name in enumerate(_TAIL_KEYS, _TAIL)})
_USED = 200
_RANKS.update({b"eligible_time": 201, b"run_count": 202})
_LISTS = {b"Resource_List.": _REQUESTED, b"resource_assigned.": _ASSIGNED, b"resources_used.": _USED}
_ALWAYS, _IF_BLANK, _NEVER = "always", "if blank", "never"
_QUOTES = {b"account": _ALWAYS, b"gridname": _ALWAYS, b"accounting_id": _ALWAYS, b"project": _IF_BLANK,
    b"group": _IF_BLANK}


@functools.lru_cache(4096)
def _rank(name: bytes) -> tuple[int, bool]:
    """The place of a key in the server's order, 0 if it has none, and whether it is one of a list."""
    for prefix, rank in _LISTS.items():
        if name.startswith(prefix):
            return rank, True
    return _RANKS.get(name, 0), False


@functools.lru_cache(4096)
def _quoting(name: bytes) -> str:
    """When PBS puts quotes around the value of a key."""
    if name.startswith((b"Resource_List.", b"resource_assigned.")):
        return _IF_BLANK
    return _QUOTES.get(name, _NEVER)


def _may_quote(name: bytes, value: bytes) -> bool:
    """Whether the server may have put these quotes around a value that it quotes only if that holds a blank: single
    ones around a request that holds a double one, else double ones."""
    inner, holds = value[1:-1], b'"' in value[1:-1]
    return b" " in inner and holds == (value[:1] == b"'") and (not holds or _rank(name)[1])


# OpenPBS writes these into all records of jobs that ended, behind their accounts.
_IN_ALL = {b"jobname", b"queue", b"ctime", b"Resource_List.ncpus", b"Resource_List.nodect", b"Resource_List.select",
    b"session", b"end"}


def _unwrapped(body: bytes) -> bytes:
    """A text whose lines were broken between two attributes, as one line. Within quotes ends of lines are the
    value's."""
    for end in re.finditer(rb"\r?\n", body) if b"\n" in body else ():
        name, before = _NAME.match(body, end.end()), body[: end.start()]
        if name and _rank(name[1])[0] and _NAME.match(before) and not _is_open(before):
            body = before + b" " * len(end[0]) + body[end.end() :]
    return body


def _is_open(body: bytes) -> bool:
    """Whether a text ends within a value that PBS puts between quotes."""
    name, value, quoted = _Reading(body).pairs()[-1]
    return not quoted and value[:1] in (b'"', b"'") and _quoting(name) != _NEVER


def _straight(body: bytes) -> Optional[list[Pair]]:
    """The attributes of a record as the server writes it; None if anything in it is otherwise."""
    pairs: list[Pair] = []
    last, at = 0, 0
    while at < len(body):
        if body[at] == 32:
            at += 1
            continue
        name = _NAME.match(body, at)
        if not name:
            return None
        rank, is_list = _rank(name[1])
        if rank < last or rank == last and not is_list or rank == 0:
            return None
        last, value = rank, name.end()
        end = _straight_value(body, value, name[1])
        if end is None:
            return None
        quoted = body[value : value + 1] in (b'"', b"'")
        pairs.append((name[1], body[value + 1 : end - 1] if quoted else body[value:end], quoted))
        at = end
    if any(quoted for _, _, quoted in pairs) and any(name == b"owner" for name, _, _ in pairs) \
            and not re.search(rb" run_count=[0-9]+$", body):
        return None  # Torque has no quotes
    return pairs


def _straight_value(body: bytes, at: int, name: bytes) -> Optional[int]:
    """Where the value at a place ends, at a blank or behind the quote that closes it; None if that is not plain."""
    if body[at : at + 1] in (b'"', b"'"):
        close = _straight_quote(body, at, name)
        return None if close is None else close + 1
    end = body.find(b" ", at)
    return end if end >= 0 else len(body)


def _straight_quote(body: bytes, at: int, name: bytes) -> Optional[int]:
    """Where the quote is that closes the one at a place; None if that is not plain."""
    quoting = _quoting(name)
    if quoting == _NEVER or quoting == _ALWAYS and body[at : at + 1] != b'"':
        return None
    end = body.find(body[at : at + 1], at + 1)
    if end < 0 or end + 1 < len(body) and body[end + 1] != 32:
        return None
    if quoting == _IF_BLANK and not _may_quote(name, body[at : end + 1]) or _holds_name(body[at + 1 : end]):
        return None
    return end


def _holds_name(value: bytes) -> bool:
    """Whether an attribute could begin in a value."""
    return any(_NAME.match(value, blanks.end()) for blanks in re.finditer(rb" +", value))


_MOST_PLACES = 1 << 18
_MOST_CLOSES = 64  # quotes that are tried as the end of a value
_MOST_BARE = 256  # places that are tried as the end of an account without quotes


class _Reading:
    """A careful reading: where a value holds blanks, quotes or what looks like further attributes, the server's order
    of keys decides where it ends. places are where an attribute could begin: the blank before it, its name, its '='."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.end = len(body.rstrip(b" "))
        self.places: list[tuple[int, int, bytes]] = []
        at = 0
        while len(self.places) < _MOST_PLACES:
            blank = body.find(b" ", at)
            if blank < 0:
                break
            key = blank
            while key < len(body) and body[key] == 32:
                key += 1
            name = _NAME.match(body, key)
            at = key
            if name:
                self.places.append((blank, key, name[1]))
                at = name.end() - 1
        self.blanks = [blank for blank, _, _ in self.places]
        self.used = [m.start() for m in re.finditer(rb" resources_used\.", body)]
        self.link()
        self.taken: set[bytes] = set()
        self.has_account = False
        self.last = 0
        self.tail, self.anchored = self.tail_start()
        # a record of Torque's, which has no quotes but those that users typed
        self.bare = not self.anchored and self.has_from(-1, b"owner")

    def link(self) -> None:
        """Of each place: the next of the same name, and the first one where a key of a job comes again behind it."""
        later: dict[bytes, int] = {}
        repeat: Optional[int] = None
        self.next: list[Optional[int]] = [None] * len(self.places)
        self.repeat: list[Optional[int]] = [None] * len(self.places)
        self.last_place: dict[bytes, int] = {}
        for i in range(len(self.places) - 1, -1, -1):
            name = self.places[i][2]
            self.next[i] = later.get(name)
            following = self.next[i]
            if following is not None and (repeat is None or following < repeat) and _rank(name)[0]:
                repeat = following
            later[name] = i
            self.last_place.setdefault(name, i)
            self.repeat[i] = repeat

    def tail_start(self) -> tuple[int, bool]:
        """Where eligible_time= and run_count= stand that the server writes last, and whether they do."""
        at = self.body.rfind(b" run_count=")
        if at < 0 or re.search(rb"[^0-9]", self.body[at + len(b" run_count=") :]):
            return len(self.body), False
        eligible = self.body.rfind(b" eligible_time=", 0, at)
        if eligible >= 0 and b" " not in self.body[eligible + 1 : at]:
            at = eligible
        return at, True

    def pairs(self) -> list[Pair]:
        found: list[Pair] = []
        at = 0
        while at < len(self.body):
            name = _NAME.match(self.body, at)
            assert name, "an attribute begins where the one before ends"
            self.last = _rank(name[1])[0] or self.last
            self.has_account = self.has_account or name[1] == b"account"
            value, end = name.end(), self.value_end(name[1], name.end())
            inner = self.body[value:end] if self.bare else _unquoted(name[1], self.body[value:end])
            found.append((name[1], inner, len(inner) < end - value))
            self.taken.add(name[1])
            at = end
            while at < len(self.body) and self.body[at] == 32:
                at += 1
        return found

    def value_end(self, name: bytes, at: int) -> int:
        quoting, first = _quoting(name), b"" if self.bare else self.body[at : at + 1]
        if first == b'"' and quoting == _ALWAYS:
            return self.account_end(at)
        if first in (b'"', b"'") and quoting == _IF_BLANK:
            written = lambda end: _may_quote(name, self.body[at:end])
            end = self.quote_end(at, written, lambda rank: rank >= self.last, self.repeats_from)
            if end and not self.swallows(at, end):
                return end
        elif name.startswith(b"resources_used."):
            return self.used_end(name, at)
        elif name == b"Resource_Request_2.0":
            return self.end_before(at, lambda i: self.rank_at(i) > 0)
        elif name == b"group":
            return self.end_before(at, lambda i: _RANKS[b"group"] < self.rank_at(i) <= _RANKS[b"queue"])
        elif name == b"account":
            return self.bare_account_end(at)
        return self.end_before(at, self.may_begin)

    def may_begin(self, i: int) -> bool:
        """Whether an attribute may begin there. In a record of Torque's, which has no quotes, usage in front of end=
        was written by a user. Some Torques write the account last, where he could write end=, too."""
        _, key, name = self.places[i]
        if self.anchored or not name.startswith(b"resources_used."):
            return True
        return not ((self.has_account or not self.is_read(b"end")) and self.has_from(key, b"end"))

    def rank_at(self, i: int) -> int:
        return _rank(self.places[i][2])[0]

    def from_place(self, at: int) -> int:
        return bisect.bisect_left(self.blanks, at)

    def has_from(self, at: int, name: bytes) -> bool:
        """Whether there is a place of that name behind another place."""
        last = self.last_place.get(name)
        return last is not None and self.places[last][1] > at

    def is_read(self, name: bytes) -> bool:
        """Whether an attribute of that name was read, other than the first of all."""
        return name in self.last_place and name in self.taken

    def end_before(self, at: int, accept: Callable[[int], bool]) -> int:
        for i in range(self.from_place(at), len(self.places)):
            if accept(i):
                return self.blanks[i]
        return max(at, self.end)

    def swallows(self, at: int, end: int) -> bool:
        """Whether a value holds a key that every record has, and nothing else does: the quotes at its ends are content
        of two values."""
        for i in range(self.from_place(at), len(self.places)):
            _, key, name = self.places[i]
            if key >= end:
                break
            if name in _IN_ALL and name not in self.taken and self.places[self.last_place[name]][1] < end:
                return True
        return False

    def quote_end(self, at: int, written: Callable[[int], bool], accept: Callable[[int], bool],
                  repeats: Callable[[int], bool]) -> int:
        """Where the quoted value ends: behind the first quote that may have been written, and that the end or a key of
        an acceptable rank follows, provided that no key comes twice behind it; 0 if no quote will do."""
        last, quote, end = 0, self.body[at : at + 1], at + 1
        for _ in range(_MOST_CLOSES):
            end = self.body.find(quote, end)
            if end < 0:
                break
            end += 1
            if not written(end):
                continue
            if end >= self.end:
                return end
            i = self.from_place(end)
            if self.body[end] != 32 or i == len(self.places) or self.blanks[i] != end:
                continue
            rank = self.rank_at(i)
            if not rank or not accept(rank):
                continue
            if not repeats(end):
                return end
            last = end
        return last

    def repeats_from(self, at: int) -> bool:
        """Whether a key of a job comes twice from there on, in front of the resources used."""
        return self.repeats(at, at)

    def repeats_all(self, at: int) -> bool:
        """repeats_from for a place in front of ctime=, where a user may have written resources used, too."""
        last = self.last_place.get(b"ctime")
        return self.repeats(at, at if last is None else max(at, self.places[last][1]))

    def repeats(self, at: int, used: int) -> bool:
        """Whether a key of a job comes twice from a place on, in front of the first resource used from another on."""
        first = self.from_place(at)
        repeat = self.repeat[first] if first < len(self.places) else None
        if repeat is None:
            return False
        k = bisect.bisect_left(self.used, used)
        return k == len(self.used) or self.blanks[repeat] < self.used[k]

    def account_end(self, at: int) -> int:
        """quote_end for an account. One that is never closed takes the rest of the text; but if the rest of the job
        follows, a blank ends it.

        A key may come twice behind a quote because the account holds one in front of its own end, or because a later
        value does: then the rest reads straight from that quote on."""
        clashes, straight = False, 0

        def repeats(end: int) -> bool:
            nonlocal clashes, straight
            if clashes and not self.may_follow_account(end):
                return True
            repeats = self.repeats_all(end)
            if repeats and not straight and self.reads_straight(end):
                straight = end
            clashes = clashes or repeats
            return repeats

        end = self.quote_end(at, lambda _: True, _follows_account, repeats)
        if straight or end:
            return straight or end
        if self.has_from(at, b"queue") and self.has_from(at, b"ctime"):
            return self.end_before(at, lambda i: self.rank_at(i) > 0)
        return len(self.body)

    def may_follow_account(self, at: int) -> bool:
        """Whether a quote in front of a place may close an account: it opens no other value, and what every job has
        stands behind it."""
        before = self.from_place(at) - 1
        if before >= 0:
            _, key, name = self.places[before]
            if key + len(name) == at - 2:
                return False
        return self.has_from(at, b"queue") and self.has_from(at, b"ctime")

    def reads_straight(self, at: int) -> bool:
        """Whether what stands behind an account that ends at a place is the rest of a job as the server writes it, up
        to its session."""
        last, end = _RANKS[b"account"], at
        while True:
            while end < len(self.body) and self.body[end] == 32:
                end += 1
            if end == len(self.body):
                return True
            name = _NAME.match(self.body, end)
            rank, is_list = _rank(name[1]) if name else (0, False)
            if not name or rank == 0:
                return False
            if rank >= _TAIL:
                return not self.has_from(end, b"queue") and not self.has_from(end, b"ctime")
            if rank < last or rank == last and not is_list:
                return False
            last, end = rank, self.written_end(name[1], name.end())

    def written_end(self, name: bytes, at: int) -> int:
        """Where a value ends that the server wrote: behind the first quote that it may have put there, or in front of a
        blank."""
        if self.body[at : at + 1] in (b'"', b"'") and _quoting(name) == _IF_BLANK:
            end = at + 1
            for _ in range(_MOST_CLOSES):
                end = self.body.find(self.body[at : at + 1], end) + 1
                if end == 0:
                    break
                if self.body[end : end + 1] in (b"", b" ") and _may_quote(name, self.body[at:end]):
                    return end
        end = self.body.find(b" ", at)
        return end if end >= 0 else len(self.body)

    def bare_account_end(self, at: int) -> int:
        """Where an account without quotes ends, as Torque writes it: in front of the first key that may follow it and
        behind which no key comes twice, whatever the user wrote in front of that. But in a record whose keys other
        programs have sorted, where ctime= comes before, any name ends it."""
        first, end = self.from_place(at), -1
        for i in range(first, min(len(self.places), first + _MOST_BARE)):
            blank, key, _ = self.places[i]
            if not _follows_account(self.rank_at(i)):
                continue
            if end < 0 and not self.has_from(key, b"ctime"):
                break
            if not self.repeats_all(blank):
                return blank
            if end < 0:
                end = blank
        if end >= 0:
            return end
        if self.has_from(at, b"ctime"):
            return self.end_before(at, self.may_begin)
        return max(at, self.end)  # some Torques write it last

    def used_end(self, current: bytes, at: int) -> int:
        """Where a resources_used value ends. They are never quoted, may hold blanks and whole forged attributes, and
        come sorted by name."""
        if at > self.tail:
            return len(self.body)

        def accept(i: int) -> bool:
            if self.blanks[i] >= self.tail:
                return True
            if not self.places[i][2].startswith(b"resources_used."):
                return not self.anchored
            return self.is_genuine_used(current, i)

        return self.end_before(at, accept)

    def is_genuine_used(self, current: bytes, i: int) -> bool:
        """Whether the resources_used name at a place is the server's. One that came before, or comes again and breaks
        the order, is part of a value."""
        name = self.places[i][2]
        if name in self.taken:
            return False
        if self.next[i] is None:
            return True
        following = self.places[i + 1][2]
        is_last = not self.anchored and not following.startswith(b"resources_used.")  # what Torque writes behind them
        return current < name and (is_last or name < following)


def _follows_account(rank: int) -> bool:
    return _RANKS[b"account"] < rank <= _RANKS[b"queue"]


def _unquoted(name: bytes, raw: bytes) -> bytes:
    """A value without the quotes that PBS put on, and only those."""
    if len(raw) < 2 or raw[0] != raw[-1] or raw[:1] not in (b'"', b"'"):
        return raw
    inner = raw[1:-1]
    if _quoting(name) == _ALWAYS and raw[:1] == b'"':
        return inner
    if name.startswith(b"resources_used."):
        is_json = raw[:1] == b"'" and len(inner) > 1 and inner[:1] == b"{" and inner[-1:] == b"}"
        return inner if is_json else raw
    return inner if b" " in inner else raw


def _kept(pairs: list[Pair], body: bytes, line: bytes) -> list[Pair]:
    """The attributes without the last one, if the record is cut off: it may be cut off in its value. line is its
    first."""
    if not pairs:
        return pairs
    names = [name for name, _, _ in pairs]
    if names[-1] != b"run_count" and _lacks_usage(pairs):
        return pairs[:-1]
    if not body.endswith(b" ") and _ends_in_time(pairs):
        return pairs[:-1]
    if b"ctime" not in names or b"end" not in names:
        return pairs if _is_closed(line) else pairs[:-1]
    return pairs


_INSTANT_DIGITS = 9  # an instant has at least, from 1973 on
_DURATION = b"0123456789:-"  # bytes of one, also of one that does not convert


def _ends_in_time(pairs: list[Pair]) -> bool:
    """Whether the value that a record ends in is the beginning of an instant, a duration or a count of runs, as PBS
    writes them."""
    name, value, _ = pairs[-1]
    if name == b"run_count":
        return not value
    if name in (b"qtime", b"etime", b"start"):  # 0 is one of them
        submitted = next((v for n, v, _ in reversed(pairs) if n == b"ctime"), b"")
        return len(value) < len(submitted) and value != b"0" or not _is_digits(value)
    if name == b"ctime":
        return len(value) < _INSTANT_DIGITS or not _is_digits(value)
    if name not in (b"Resource_List.walltime", b"eligible_time"):
        return False
    if value.strip(_DURATION):  # the beginning of the next key
        return True
    if b":" not in value:
        return _is_digits(value) and (value[:1] in (b"", b"0") or not _is_torque(pairs))
    return value.count(b":") < 2 or value.endswith(b":") or value[-2:-1] == b":"


def _is_digits(value: bytes) -> bool:
    return not value.strip(b"0123456789")


_INTEGER = re.compile(rb"-?\d+")
_OF_PBS = (b"project", b"Resource_List.select", b"exec_vnode", b"resources_used.cpupercent", b"resources_used.ncpus",
    b"eligible_time", b"run_count")


def _is_torque(pairs: list[Pair]) -> bool:
    torque = True
    for name, _, quoted in pairs:
        if name == b"owner":
            return True
        if name == b"account" and quoted or name in _OF_PBS:
            torque = False
    return torque


def _lacks_usage(pairs: list[Pair]) -> bool:
    """Whether the usage of a record that does not end with run_count= is cut off."""
    name, value, _ = pairs[-1]
    if name == b"Exit_status":  # Torque writes no usage of a job that never ran
        is_number = _INTEGER.fullmatch(value) and -(2**63) <= int(value[:30]) < 2**63
        return not is_number or not _is_torque(pairs)
    if name == b"end":
        return True
    if not name.startswith(b"resources_used."):
        return False
    if name != b"resources_used.walltime":
        return all(n != b"resources_used.walltime" for n, _, _ in pairs)
    if b":" not in value:
        return not _is_torque(pairs) or not value or len(value) > 1 and value[:1] == b"0"
    if value.count(b":") != 2 or value.endswith(b":") or value.strip(_DURATION):
        return True
    return value[-2:-1] == b":" and not _is_torque(pairs)


def _is_closed(body: bytes) -> bool:
    """Whether a text is surely whole: every quote is closed in front of a key or the end, and the last keys are
    there."""
    body = body.rstrip(_SPACE)
    if not body or body.startswith(b"queue="):
        return True
    outside, at = b"", 0
    while True:
        quote = re.search(rb"[\"']", body[at:])
        if not quote:
            break
        i = at + quote.start()
        end = body.find(body[i : i + 1], i + 1)
        if i == 0 or body[i - 1 : i] != b"=" or end < 0:
            return False
        outside += body[at:i]
        at = end + 1
        if at < len(body) and (body[at] != 32 or not _NAME.match(body[at:].lstrip(b" "))):
            return False
    outside += body[at:]
    if b" ctime=" not in outside:
        return False
    return bool(re.search(rb" run_count=[0-9]+$", body)) or b" end=" in body and b'"' not in body
