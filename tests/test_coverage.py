"""Every section and listing of the five articles has its place in the book.

The articles are not in the repository. The list below is what they hold, in their order
and in their own words; the page "Coming from the articles" must name each.
"""

import json
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parents[1] / "book"
PAGE = (BOOK / "from_the_articles.md").read_text("utf-8").replace("\\", "")

# heading on our page -> headings, listings and figures of the article
ARTICLES = {
    "A network in lists": """
        本連載(基礎編)の目的 / 本連載(基礎編)の特徴 / 図1 / ニューラルネットワークの図 /
        図2 / 訓練(学習)処理全体の実装 / リスト1 / 図3 /
        モデルの定義と、仮の訓練データ / リスト2 / ステップ1. 順伝播の実装 /
        1つのノードにおける順伝播の処理 / リスト3 / 図4 /
        重み付き線形和 / リスト4 / リスト5 / 活性化関数:シグモイド関数 / リスト6 /
        リスト7 / 活性化関数:恒等関数 / リスト8 / リスト9 / 順伝播の処理全体の実装 /
        逆伝播 / パラメーターの更新""",
    "An introduction with TensorFlow": """
        序論 / ニューラルネットワークとは / ニューラルネットワークはなぜ大切なのか? /
        必要な数学知識 / ニューラルネットワークにおける線形演算 / TensorFlowについて /
        入力1出力1 / 入力2出力1 / 入力2出力2 / ニューラルネットワークの順伝播 /
        入力-隠れ層1 / 隠れ層1-隠れ層2 / 隠れ層2-出力 / 順伝播の実装 /
        m次元入力、n次元出力、k層 / ニューラルネットワークの最適化 / 誤差関数 /
        二乗誤差 / 交差エントロピー / 最適化アルゴリズム / [参考] 微分の連鎖律 /
        簡単な回帰問題 / 取り組むこと / Question (1) / Question (2) / Question (3) /
        終わりに""",
    "Digits with NumPy and Adam": """
        本記事の目的 / ニューラルネットワークとは / 数学的な背景 / adam / adamの実装 /
        neural networkの実装 / 終わりに""",
    "Back-propagation as layers": """
        誤差逆伝播法とは何か / 数値的な勾配算出(前回の復習) / 解析的な勾配算出 /
        解析的な微分 / 解析的な勾配算出の例 / 微分の連鎖律について / レイヤについて /
        開発環境 / ソースコード / 活性化関数レイヤの実装 / Sigmoidレイヤ / ReLUレイヤ /
        Affineレイヤの実装 / Softmax with Lossレイヤ / 誤差逆伝播法の実装 / まとめ /
        参考書籍""",
    "The notebook of chapter 3": """
        3章 ニューラルネットワーク / 3.1 パーセプトロンからニューラルネットワークへ /
        3.1.1 / In [3] / 3.1.2 パーセプトロンの復習 / 3.1.3 活性化関数の登場 / In [4] /
        3.2 活性化関数 / 3.2.1 シグモイド関数 / 3.2.2 ステップ関数の実装 / In [5] /
        3.2.3 ステップ関数のグラフ / In [6] / 3.2.4 シグモイド関数の実装 / In [7] /
        In [8] / 3.2.5 シグモイド関数とステップ関数の比較 / In [9] /
        3.2.6 非線形関数 / 3.2.7 ReLU関数 / In [10] / 3.3 多次元配列の計算 /
        3.3.1 多次元配列 / In [11] / In [12] / 3.3.2 行列の内積 / In [13] / In [14] /
        In [15] / 3.3.3 ニューラルネットワークの内積 / In [16] /
        3.4 3層ニューラルネットワークの実装 / 3.4.1 記号の確認 /
        3.4.2 角層における信号伝達の実装 / In [17] / In [18] / In [19] / In [20] /
        3.4.3 実装のまとめ / In [21] / 3.5 出力層の設計 /
        3.5.1 恒等関数とソフトマックス関数 / In [22] / In [23] / In [24] /
        3.5.3 ソフトマックス関数の実装上の注意 / In [25] / In [26] /
        3.5.3 ソフトマックス関数の特徴 / 3.5.4 出力層のニューロンの数 /
        3.6 手書き数字認識 / In [29] / In [35] /
        3.6.2 ニューラルネットワークの推論処理 / In [47] / In [48] /
        3.6.3 バッチ処理 / In [52]""",
}


def rows_of(heading):
    """The cells of each row of the table in a section of the page, its head apart."""
    section = re.search(
        rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", PAGE, re.M | re.S
    )
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named(part, cell):
    """Whether a cell names a part, not only a longer part that contains it."""
    return re.search(rf"(?<![\w.-]){re.escape(part)}(?![\w-])", cell)


def markdown(page):
    """The text of a page: a file of Markdown, or the Markdown cells of a notebook."""
    if page.suffix == ".md":
        return page.read_text("utf-8")
    cells = json.loads(page.read_text("utf-8"))["cells"]
    sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    return "\n\n".join(sources)


def anchors(page):
    """The addresses of the headings of a page, as the book makes them."""
    text = re.sub(r"^```.*?^```", "", markdown(page), flags=re.M | re.S)
    titles = re.findall(r"^#{1,3} (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def labels():
    """Every name that a figure, a formula or an exercise of the book is called by."""
    found = set()
    for page in BOOK.glob("*.ipynb"):
        found |= set(
            re.findall(r"^\$\$ \(([\w-]+)\)|^:label: ([\w-]+)", markdown(page), re.M)
        )
        for cell in json.loads(page.read_text("utf-8"))["cells"]:
            figure = cell["metadata"].get("mystnb", {}).get("figure", {})
            found.add((figure.get("name", ""), ""))
    return {label for pair in found for label in pair}


PARTS = [
    (article, part)
    for article, parts in ARTICLES.items()
    for part in " ".join(parts.split()).split(" / ")
]


@pytest.mark.parametrize(("article", "part"), PARTS)
def test_the_page_names(article, part):
    assert any(named(part, first) for first, *_ in rows_of(article))


@pytest.mark.parametrize("article", ARTICLES)
def test_every_row_leads_somewhere(article):
    for what, here, _ in rows_of(article):
        assert re.search(r"\]\([^)]+\)|\{(numref|eq|ref)\}`", here), what


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", PAGE))))
def test_a_section_of_the_book_lies_at(link):
    name, _, anchor = link.partition("#")
    page = next(
        p
        for p in (BOOK / name, BOOK / f"{name}.ipynb", BOOK / f"{name}.md")
        if p.is_file()
    )
    assert not anchor or anchor in anchors(page)


def test_every_figure_formula_and_exercise_it_points_to_is_there():
    asked = set(re.findall(r"\{(?:numref|eq|ref)\}`([\w-]+)`", PAGE))
    assert len(asked) > 40
    assert asked <= labels()
