"""Every small change of a module that a test should notice, as source text."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
}  # fmt: skip
_DROPS_ARGUMENTS = frozenset({"first_refusal"})
_DROPS_KEYWORDS = frozenset({"evolve"})


@dataclass(frozen=True)
class Mutant:
    """A changed module: where, what stood there and what stands there now, and the whole source."""

    where: str
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        """The change as one line that survives other edits of the file."""
        return f"{self.where}: {self.before} -> {self.after}"


def mutants(source: str) -> Iterator[Mutant]:
    """Yield all mutants of a module, in the order of its nodes."""
    tree = ast.parse(source)
    for place, (node, where) in enumerate(_nodes(tree)):
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            target = next(found for number, (found, _) in enumerate(_nodes(changed)) if number == place)
            before = _said(target)
            change(target)
            ast.fix_missing_locations(changed)
            after = _said(target)
            if after != before:
                yield Mutant(where, before, after, ast.unparse(changed))


def _said(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(node).split())


def _nodes(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    found: list[tuple[ast.AST, str]] = []
    _walk(tree, "module", found)
    return found


def _walk(node: ast.AST, where: str, found: list[tuple[ast.AST, str]]) -> None:
    found.append((node, where))
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = node.name if where == "module" else f"{where}.{node.name}"
    for name, value in ast.iter_fields(node):
        # An annotation, a decorator or a docstring decides nothing.
        if name in {"annotation", "returns", "decorator_list", "type_params", "bases"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                _walk(child, where, found)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _changes(node: ast.AST) -> list[Callable[[ast.AST], None]]:
    return [*_swaps(node), *_values(node), *_drops(node)]


def _swaps(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        yield _swap_comparison
    if isinstance(node, ast.BoolOp):
        yield _swap_boolean
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        yield _swap_operator
    if isinstance(node, ast.If | ast.IfExp):
        yield _negate


def _values(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
        yield _change_constant
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield _change_text
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield _return_nothing


def _drops(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in _DROPS_ARGUMENTS and len(node.args) > 1:
            yield from (_dropper("args", number) for number in range(len(node.args)))
        if node.func.id in _DROPS_KEYWORDS:
            yield from (_dropper("keywords", number) for number in range(len(node.keywords)))
    if isinstance(node, ast.Set) or (isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load)):
        yield from (_dropper("elts", number) for number in range(len(node.elts)) if len(node.elts) > 1)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _swap_comparison(node: ast.AST) -> None:
    assert isinstance(node, ast.Compare)
    node.ops[0] = _COMPARISONS[type(node.ops[0])]()


def _swap_boolean(node: ast.AST) -> None:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _swap_operator(node: ast.AST) -> None:
    assert isinstance(node, ast.BinOp)
    node.op = _OPERATORS[type(node.op)]()


def _negate(node: ast.AST) -> None:
    assert isinstance(node, ast.If | ast.IfExp)
    node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)


def _change_constant(node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    node.value = not node.value if isinstance(node.value, bool) else node.value + 1


def _change_text(node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    node.value = f"{node.value}~"


def _return_nothing(node: ast.AST) -> None:
    assert isinstance(node, ast.Return)
    node.value = ast.Constant(value=None)


def _dropper(attribute: str, number: int) -> Callable[[ast.AST], None]:
    def drop(node: ast.AST) -> None:
        del getattr(node, attribute)[number]

    return drop
