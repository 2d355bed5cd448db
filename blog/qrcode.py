"""QR codes of addresses, drawn here; the only module that knows segno."""

from io import BytesIO

import segno


def qr_svg(address: str) -> bytes:
    """Return `address` as an SVG, black on white also where the page is dark: cameras want that.

    Correction level M; with the quiet zone of four modules that ISO/IEC 18004 asks for.
    """
    out = BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True, nl=False
    )
    return out.getvalue()
