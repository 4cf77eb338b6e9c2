"""Every concept of the course has a page with five parts, and pictures that suit every theme."""

import re
from doctest import DocTestParser
from pathlib import Path

import pytest
from docs.house_svg import NAMES, themed
from docs.page_program import BLOCK

import glassnet as gn

ROOT = Path(__file__).parents[1]
COURSE = ROOT / "docs" / "course"
PARTS = ["The idea", "The equation", "The live picture", "The code", "The exercise"]
ROW = re.compile(r"^\| (\d+) \| (.+?) \| \[(.+?)\]\((.+?)\) \| \[.+?\]\((.+?)\) \|$", re.MULTILINE)

INDEX = (COURSE / "index.md").read_text("utf-8")
ROWS = ROW.findall(INDEX)


def prints(text: str) -> bool:
    """Whether an example of the text shows what it gives."""
    parser = DocTestParser()
    return any(run.want for block in BLOCK.finditer(text) for run in parser.get_examples(block[1]))


def lacking(page: str) -> list[str]:
    """What a page of the course lacks of its five parts."""
    title, *sections = re.split(r"^## ", page, flags=re.MULTILINE)
    names = [section.partition("\n")[0] for section in sections]
    if names != PARTS:
        return [f"the parts are {names}"]
    idea, equation, picture, code, exercise = (s.partition("\n")[2] for s in sections)
    drawn = re.findall(r"```{live} (\w+)\n\w", picture)
    answer = re.search(r"<summary>Answer</summary>\n(.*)</details>", exercise, re.DOTALL)
    wants = {
        "a link to the example": "../../examples/" in title,
        "links to the reference": "(#glassnet." in title or "(../api/" in title,
        "an idea in prose": len(idea.split()) > 50 and "```" not in idea,
        "an equation that the library or the page states": " = " in equation or "→" in equation,
        "shapes": re.search(r"\((\w|\[|\]|−|·| |\.|, )+, (\w|\[|\]|−|1)+\)", equation),
        "a live picture": drawn,
        "code that draws it": all(re.search(rf"\b{name} = ", code) for name in drawn),
        "code with output": prints(code),
        "an answer, folded": answer,
        "an answer that is run": answer and prints(answer[1]),
        "at most two screens": len(page.splitlines()) <= 170,
    }
    return [what for what, there in wants.items() if not there]


def test_the_course_has_twenty_concepts():
    assert [int(number) for number, *_ in ROWS] == list(range(1, 21))
    listed = re.search(r"```{toctree}\n:hidden:\n\n(.*?)```", INDEX, re.DOTALL)
    assert [f"{name}.md" for name in listed[1].split()] == [page for *_, page, _ in ROWS]
    assert {page for *_, page, _ in ROWS} | {"index.md"} == {p.name for p in COURSE.glob("*.md")}


@pytest.mark.parametrize(("concept", "name", "page", "example"), [row[1:] for row in ROWS])
def test_a_concept_has_a_page_with_five_parts(concept, name, page, example):
    text = (COURSE / page).read_text("utf-8")
    assert not lacking(text)
    title = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
    assert title.startswith(name)  # what the search box looks for first
    assert concept.partition(":")[0].casefold() in name.casefold()
    assert (COURSE / example).is_file()
    assert f"({example})" in text


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_missing_is_noticed(part):
    page = (COURSE / ROWS[0][3]).read_text("utf-8")
    assert lacking(page.replace(f"## {part}", "## Something else"))
    at = page.index(f"## {part}") + len(f"## {part}\n")
    rest = page[at:]
    end = rest.find("\n## ")
    assert lacking(page[:at] + (rest[end:] if end >= 0 else ""))


def test_pictures_take_the_colours_of_the_theme():
    svg = themed(gn.plots.activation(gn.Tanh()), "tanh")
    for value in NAMES.values():
        assert svg.count(f", {value})") == svg.count(value)
    assert "<style" not in svg  # it would hold for the whole page
    assert set(re.findall(r'(?:\bid="|href="#|url\(#)(\w+)-', svg)) == {"tanh"}
    css = (ROOT / "docs" / "_static" / "glassnet.css").read_text("utf-8")
    assert all(css.count(f"--live-{colour}:") == 2 for colour in NAMES)
