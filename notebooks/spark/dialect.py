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
    if isinstance(node, exp.CTE):
        node.set("materialized", None)  # a hint that Spark has no word for
    if isinstance(node, exp.Ceil) and isinstance(node.this, exp.Log) and node.this.this.name == "2":
        return _bits(node.this.expression)
    if isinstance(node, (exp.Quantile, exp.PercentileCont)):
        return _call("percentile", node.this, node.args.get("quantile") or node.expression)
    return node


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
