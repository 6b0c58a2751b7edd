"""Makes the page's icons from gateway/web/icon.svg. Run after changing the drawing; the PNG files are committed.

    python scripts/icons.py

`any` icons keep the rounded corners; the maskable one fills the square and keeps the seedling inside the safe circle
(the inner 80 %), because Android cuts its own shape; the badge is the seedling alone in white, for the status bar.
"""

import io
from pathlib import Path

import typst
from PIL import Image

WEB = Path(__file__).resolve().parent.parent / "gateway" / "web"
SIZES = {"icon-192.png": 192, "icon-512.png": 512, "icon-180.png": 180}
GROUND = '<rect width="48" height="48" rx="12" fill="#1f7a3d"/>'


def png(svg: str, pixels: int) -> Image.Image:
    """The drawing as a square of so many pixels."""
    page = (
        "#set page(width: 72pt, height: 72pt, margin: 0pt, fill: none)\n"
        f'#image(bytes("{svg.replace(chr(34), chr(92) + chr(34)).replace(chr(10), " ")}"), format: "svg", width: 72pt)'
    )
    drawn = typst.compile(page.encode(), format="png", ppi=float(pixels))
    assert isinstance(drawn, bytes)
    return Image.open(io.BytesIO(drawn)).convert("RGBA").resize((pixels, pixels), Image.Resampling.LANCZOS)


def save(image: Image.Image, name: str) -> None:
    small = image.quantize(256, method=Image.Quantize.FASTOCTREE)
    small.save(WEB / name, optimize=True)


def main() -> None:
    drawing = (WEB / "icon.svg").read_text(encoding="utf-8")
    assert GROUND in drawing, "the ground of icon.svg has changed: say here how to fill the square"
    for name, pixels in SIZES.items():
        save(png(drawing if name != "icon-180.png" else drawing.replace(' rx="12"', ""), pixels), name)
    inner = drawing.replace(GROUND, "").replace('viewBox="0 0 48 48"', 'viewBox="-8 -8 64 64"')
    whole = Image.new("RGBA", (512, 512), "#1f7a3d")
    whole.alpha_composite(png(inner, 512))
    save(whole, "icon-maskable-512.png")
    alone = drawing.replace(GROUND, "")
    for colour in ("#bfe5a6", "#e6f7d6"):
        alone = alone.replace(colour, "#ffffff")
    save(png(alone, 96), "badge-96.png")


if __name__ == "__main__":
    main()
