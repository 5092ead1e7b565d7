"""Spark's SQL out of DuckDB's: what sqlglot does not turn is turned here.

Of one text there is one meaning in both engines."""

from __future__ import annotations

import sqlglot
from sqlglot import exp


def statements(script: str) -> list[exp.Expression]:
    """The statements of a script in DuckDB's SQL."""
    return [s for s in sqlglot.parse(script, read="duckdb") if isinstance(s, exp.Expression)]


def spark(question: exp.Expression, variables: dict[str, exp.Expression] | None = None) -> str:
    """A question in Spark's SQL, with the values of the variables that it reads."""
    turned = question.copy()
    for join in list(turned.find_all(exp.Join)):
        if join.args.get("method") == "ASOF":
            _asof(join)
    turned = _ordered(turned.transform(lambda node: _turn(node, variables or {})))
    inside = list(turned.find_all(exp.AtTimeZone, exp.Bracket, exp.Anonymous, exp.ArrayAgg))
    for node in reversed(inside):  # the inner ones first
        node.replace(_inside(node))
    for select in list(turned.find_all(exp.Select)):
        _windows(select)
        _unnest(select)
    return turned.sql(dialect="spark", comments=False)


def parted(name: str, question: exp.Expression) -> list[tuple[str, exp.Expression, bool]]:
    """A question as those that it consists of, each under a name, and whether several of the others ask it: Spark
    would reckon what stands under WITH anew wherever it is asked, and plan for hours."""
    rest = question.copy()
    under = rest.args.get("with_") or rest.args.get("with")
    if under is None:
        return [(name, rest, False)]
    names = {cte.alias: f"{name}_{cte.alias}" for cte in under.expressions}
    bodies = [(names[cte.alias], cte.this) for cte in under.expressions] + [(name, rest)]
    under.pop()
    asked: dict[str, int] = {}
    for _, body in bodies:
        for table in list(body.find_all(exp.Table)):
            if table.name in names and not table.db:
                if not table.alias:
                    table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
                table.set("this", exp.to_identifier(names[table.name]))
                asked[table.name] = asked.get(table.name, 0) + 1
    return [(of, body, asked.get(of, 0) > 1) for of, body in bodies]


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _turn(node: exp.Expression, variables: dict[str, exp.Expression]) -> exp.Expression:
    if isinstance(node, exp.Anonymous):
        name, given = str(node.this).lower(), node.expressions
        if name == "getvariable":
            return variables.get(given[0].name, exp.Null()).copy()
        if name in GROUPS:
            return exp.Null()
        node.set("this", NAMES.get(name, name))
    if isinstance(node, exp.RegexpFullMatch):
        return _call("regexp_like", node.this, exp.Literal.string(f"^(?:{node.expression.name})$"))
    if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber) and not any(map(node.args.get, WINDOW)):
        return _call("monotonically_increasing_id")  # Spark numbers no rows without an order
    if isinstance(node, exp.CTE):
        node.set("materialized", None)  # a hint that Spark has no word for
    if isinstance(node, exp.Ceil) and isinstance(node.this, exp.Log) and node.this.this.name == "2":
        return _bits(node.this.expression)
    if isinstance(node, (exp.Quantile, exp.PercentileCont)):
        return _call("percentile", node.this, node.args.get("quantile") or node.expression)
    if isinstance(node, (exp.ArgMin, exp.ArgMax)):  # Spark gives NULL where the row has it, DuckDB takes the next one
        told = exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.Null()))
        node.set("expression", exp.Case(ifs=[exp.If(this=told, true=node.expression)]))
    return node


def _inside(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.AtTimeZone):
        return _at_time_zone(node)
    if isinstance(node, exp.Bracket) and isinstance(node.expressions[0], exp.Slice):
        return _slice(node)
    if isinstance(node, exp.Bracket):  # NULL where the list is shorter; sqlglot counts from 0 if it is a number
        at = node.expressions[0]
        return _call("get", node.this, at if at.is_int else exp.Sub(this=exp.Paren(this=at), expression=ONE.copy()))
    if isinstance(node, exp.ArrayAgg) and isinstance(node.this, exp.Order):
        return _ordered_list(node.this)
    if isinstance(node, exp.Anonymous):
        return _function(node)
    return node


def _ordered_list(order: exp.Order) -> exp.Expression:
    """A list in the order of other columns, ascending: of structs, of which the last field is it."""
    fields = [o.this.copy() for o in order.expressions] + [order.this.copy()]
    named = [e for i, field in enumerate(fields) for e in (exp.Literal.string(f"f{i}"), field)]
    pick = exp.Lambda(this=exp.column(f"f{len(fields) - 1}", table="s"), expressions=[exp.to_identifier("s")])
    return _call("transform", _call("array_sort", _call("collect_list", _call("named_struct", *named))), pick)


def _function(node: exp.Anonymous) -> exp.Expression:
    given = node.expressions
    match node.this:
        case "list_reduce":  # lambdas call no functions of Python's, so that the list has one
            return _call(f"{given[1].this.this}_of", given[0])
        case "try_strptime":
            return _call("try_to_timestamp", given[0], exp.Literal.string(FORMATS[given[1].this]))
    return node


def _at_time_zone(node: exp.AtTimeZone) -> exp.Expression:
    """Local time as an instant, or an instant as local time, which Spark has as that of UTC."""
    if isinstance(node.this, exp.Cast) and node.this.is_type("timestamp", "timestampntz"):
        return _call("to_utc_timestamp", exp.cast(node.this.this, "timestamptz"), node.args["zone"])
    return _call("from_utc_timestamp", node.this, node.args["zone"])


def _slice(node: exp.Bracket) -> exp.Expression:
    """A list without its last elements: list[:-2] is without one."""
    cut = node.expressions[0]
    if cut.this is not None or not isinstance(cut.expression, exp.Neg):
        raise ValueError(f"a slice that is not turned: {node.sql()}")
    less = exp.Literal.number(1 - int(cut.expression.this.name))
    left = exp.Add(this=_call("size", node.this.copy()), expression=less)
    return _call("slice", node.this, exp.Literal.number(1), _call("greatest", left, exp.Literal.number(0)))


def _is_of(node: exp.Expression, select: exp.Select) -> bool:
    """Whether it is not within a question inside."""
    return node.find_ancestor(exp.Select) is select


def _windows(select: exp.Select) -> None:
    """What a window with a name is stands where it is asked: to Spark, none with a frame of its own has a name, and
    OVER name - 1 is one."""
    named = {w.this.name: w for w in select.args.get("windows") or []}
    select.set("windows", None)
    for window in [w for p in select.expressions for w in p.find_all(exp.Window) if _is_of(w, select)]:
        of = named.get(window.alias)
        if of is None:
            continue
        window.set("alias", None)
        for part in WINDOW[1:]:
            if of.args.get(part) and not window.args.get(part):
                told = of.args[part]
                window.set(part, [e.copy() for e in told] if isinstance(told, list) else told.copy())


def _unnest(select: exp.Select) -> None:
    """Lists among the columns become rows, several of them side by side: Spark has it behind FROM only."""
    lists = [e for p in select.expressions for e in p.find_all(exp.Explode, exp.Unnest) if _is_of(e, select)]
    if not lists:
        return
    names = [f"_u{i}" for i in range(len(lists))]
    zipped = _call("arrays_zip", *((e.expressions[0] if isinstance(e, exp.Unnest) else e.this).copy() for e in lists))
    for e, name in zip(lists, names):
        e.replace(exp.column(name, table="_u"))
    columns = [exp.to_identifier(name) for name in names]
    select.append("laterals", exp.Lateral(
        this=_call("inline", zipped), view=True, alias=exp.TableAlias(this=exp.to_identifier("_u"), columns=columns)))


def _ordered(question: exp.Expression) -> exp.Expression:
    """Spark orders no rows by sums where there are windows as well: they become columns of a question within."""
    order = question.args.get("order")
    if not isinstance(question, exp.Select) or order is None or not question.args.get("group"):
        return question
    sums = list(order.find_all(exp.AggFunc))
    if not sums:
        return question
    inner, names = question.copy(), question.named_selects
    inner.set("order", None)
    for i, one in enumerate(sums):
        inner = inner.select(exp.alias_(one.copy(), f"_o{i}"))
        one.replace(exp.column(f"_o{i}"))
    outer = exp.select(*(exp.column(n) for n in names)).from_(inner.subquery("_s"))
    outer.set("order", order)
    return outer


def _bits(whole: exp.Expression) -> exp.Expression:
    """ceil(log2(x)) of whole numbers: Spark's log2 is not exact for powers of two."""
    return sqlglot.parse_one("IF(x <= 1, 0, LENGTH(BIN(CAST(x AS BIGINT) - 1)))", read="spark").transform(
        lambda node: whole.copy() if isinstance(node, exp.Column) and node.name == "x" else node
    )


ONE = exp.Literal.number(1)
FORMATS = {"%Y%m%d": "yyyyMMdd"}
WINDOW = ("alias", "partition_by", "order", "spec")  # what one may have
GROUPS = ("facility_of", "queue_group_of")  # which only a database knows
NAMES = {"epoch_us": "unix_micros", "make_timestamptz": "timestamp_micros"}


def _asof(join: exp.Join) -> None:
    """Of the rows on the right that come before, the latest one: Spark has no ASOF JOIN.

    The condition has one inequality, right < left. The question around has no other join, and no GROUP BY."""
    around = join.find_ancestor(exp.Select)
    condition = join.args["on"]
    if around is None:
        raise ValueError("an ASOF JOIN that is in no SELECT")
    inequality = next(c for c in condition.flatten() if isinstance(c, (exp.LT, exp.LTE)))
    right = join.this.alias_or_name
    latest = inequality.this if inequality.this.table == right else inequality.expression
    asked = [p.unalias() for p in around.selects]
    around.set("qualify", exp.Qualify(this=exp.EQ(
        this=exp.Window(
            this=exp.RowNumber(),
            partition_by=[p.copy() for p in asked if p.find(exp.Column).table != right]  # type: ignore[union-attr]
            + [e.this.copy() for e in condition.flatten() if isinstance(e, exp.EQ)],
            order=exp.Order(expressions=[exp.Ordered(this=latest.copy(), desc=True, nulls_first=False)]),
        ),
        expression=exp.Literal.number(1),
    )))
    join.set("method", None)
