"""Papers of a case: sealed, complete, in our own type, and nothing somebody wrote is read as markup."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

from files import charts, press, report_form
from files.report_form import Field, Form, Paper, Photo, Rows, new_password, pictures, sealed, sealed_pdf

PASSWORD = "k7mf-3xqp-w9dr"


def paper(*parts: Form | Rows, **more: object) -> Paper:
    standing = {
        "title": "强制报告表", "number": "BG-2026-0001", "head": "只给办案的人看", "foot": "2026-11-18 10:30 打印",
        "pages": "第 {page} 页，共 {pages} 页", "scope": ("登记", "截至"), "parts": parts,
    }  # fmt: skip
    return Paper(**(standing | more))  # type: ignore[arg-type]


def opened(pdf: bytes, password: str = PASSWORD) -> PdfReader:
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.decrypt(password)
    return reader


def words(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in opened(pdf).pages))


def photo(side: int = 80, exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "#204060").save(out, "JPEG", exif=exif)
    return out.getvalue()


ACCOUNT = Form("三、情况", (Field("看到听到", "胳膊上青一块紫一块，他说“爸爸抽我”", wide=True),))


def test_without_the_password_nothing_can_be_read_not_even_with_an_empty_one() -> None:
    pdf = sealed_pdf(paper(ACCOUNT), PASSWORD)
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.is_encrypted
    for wrong in ("", "k7mf-3xqp-w9ds", PASSWORD.upper()):
        assert not reader.decrypt(wrong)
    with pytest.raises(FileNotDecryptedError):
        reader.pages[0].extract_text()
    assert "青一块" in words(pdf)
    assert b"AESV3" in pdf  # AES-256


def test_an_empty_password_makes_no_paper() -> None:
    with pytest.raises(ValueError, match="never left open"):
        sealed(b"%PDF-1.7", "")


def test_passwords_differ_and_can_be_read_aloud() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([a-hj-km-np-z2-9]{4}-){2}[a-hj-km-np-z2-9]{4}", one) for one in made)


def test_every_page_says_number_scope_date_and_page_and_an_exercise_says_so() -> None:
    long = Rows("经过", ("时间", "事情"), (30, 0), tuple((f"{n}", "公安签收") for n in range(120)))
    pages = opened(sealed_pdf(paper(long, mark="演练", mark_line="这是演练"), PASSWORD)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        text = re.sub(r"\s", "", page.extract_text())
        for fact in ("BG-2026-0001", "只给办案的人看", "打印", "演练", f"第{number}页，共{len(pages)}页", "时间"):
            assert fact in text


def test_an_account_of_four_thousand_characters_is_printed_whole() -> None:
    account = "".join(f"第{n}句孩子说疼。" for n in range(500))[:4000]
    assert account in re.sub(r"第\d+页，共\d+页|BG-2026-0001|只给办案的人看|2026-11-1810:30打印|三、情况", "", words(
        sealed_pdf(paper(Form("三、情况", (Field("看到听到", account, wide=True),))), PASSWORD)
    ))  # fmt: skip


def test_what_was_written_is_no_markup() -> None:
    nasty = '#panic("x") *粗* $1+1$ <a> @b \\ #import "house.typ" ```'
    text = words(sealed_pdf(paper(Form("三、情况", (Field("看到听到", nasty, wide=True),))), PASSWORD))
    assert re.sub(r"\s", "", nasty) in text


def test_an_emoji_or_a_rare_character_stops_no_paper() -> None:
    assert "堃" in words(sealed_pdf(paper(Form("二、孩子", (Field("姓名", "马堃😭\U00020bb7"),))), PASSWORD))


def test_an_empty_field_is_an_empty_cell_for_a_pen() -> None:
    text = words(sealed_pdf(paper(Form("五、已做", (Field("接警人"), Field("告知父母")))), PASSWORD))
    assert "接警人告知父母" in text
    assert "None" not in text


def test_signatures_are_left_blank() -> None:
    text = words(sealed_pdf(paper(ACCOUNT, signatures=(("报告人（签字）：", "年月日"),)), PASSWORD))
    assert "报告人（签字）：年月日" in text


def test_a_photo_is_printed_small_enough_and_without_place_or_camera() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    big = photo(4000, exif.tobytes())
    assert b"SecretCamera" in big
    pdf = sealed_pdf(paper(ACCOUNT, photos=(Photo("材料1", big),)), PASSWORD)
    reader = opened(pdf)
    [image] = [one for page in reader.pages for one in page.images]
    assert max(image.image.size) <= report_form.LONGEST_SIDE  # type: ignore[union-attr]
    assert b"SecretCamera" not in image.data
    assert "材料1" in words(pdf)


def test_a_broken_photo_is_left_out_and_the_paper_is_made() -> None:
    pdf = sealed_pdf(paper(ACCOUNT, photos=(Photo("材料1", b"not a picture"), Photo("材料2", photo()))), PASSWORD)
    assert "材料2" in words(pdf)
    assert "材料1" not in words(pdf)


def test_a_missing_font_makes_no_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "FONTS", tmp_path)
    press._fonts.cache_clear()
    try:
        with pytest.raises(charts.ChartFailed):
            sealed_pdf(paper(ACCOUNT), PASSWORD)
    finally:
        press._fonts.cache_clear()


def test_the_file_says_nothing_of_the_case_about_itself() -> None:
    reader = opened(sealed_pdf(paper(ACCOUNT), PASSWORD))
    said = str(reader.metadata)
    assert "BG-2026-0001" in said
    assert "青一块" not in said


def test_pages_are_a4_and_can_be_looked_at() -> None:
    [page] = opened(sealed_pdf(paper(ACCOUNT), PASSWORD)).pages
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    picture = Image.open(io.BytesIO(pictures(paper(ACCOUNT))[0])).convert("L")
    dark = sum(picture.histogram()[:100])
    assert 0.002 < dark / (picture.width * picture.height) < 0.2  # printed, and neither blank nor black
