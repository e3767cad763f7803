"""Files that other programs wrote, for tests/io: NumPy's .npy and .npz, Python's zipfile, Hugging Face's safetensors.

    python tests/golden/formats.py     # writes tests/golden/files/formats/; needs safetensors 0.8.0 as well
"""

import io
import pathlib
import zipfile

import ml_dtypes
import numpy as np
import safetensors.numpy

folder = pathlib.Path(__file__).parent / "files" / "formats"
folder.mkdir(parents=True, exist_ok=True)


class Unseekable(io.RawIOBase):
    """What a pipe is: zipfile must write sizes behind the members."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def member(name):
    info = zipfile.ZipInfo(name)  # dated 1980-01-01
    info.external_attr = 0o100644 << 16
    return info


def archives():
    text = b"the quick brown fox " * 50
    with zipfile.ZipFile(folder / "stored.zip", "w") as archive:
        archive.writestr(member("config.json"), b"{}")
        archive.writestr(member("assets/empty"), b"")
        archive.writestr(member("caf\u00e9.txt"), text)
    with zipfile.ZipFile(folder / "deflated.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("assets")
        info = member("assets/text")
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, text)
        archive.comment = b"PK\x05\x06 is how the end record begins"
    with open(folder / "streamed.zip", "wb") as file, zipfile.ZipFile(Unseekable(file), "w") as archive:
        with archive.open(member("text"), "w", force_zip64=True) as stream:
            stream.write(text)


def arrays():
    values = {
        "float32": np.array([[1.5, -2.0, 3.25], [0.0, np.inf, 1e-40]], np.float32),
        "float64": np.array([1 / 3, -1e300]),
        "float16": np.array([[1.5], [-65504.0]], np.float16),
        "int32": np.array([-(2**31), 2**31 - 1], np.int32),
        "int64": np.array(-(2**63), np.int64),
        "uint8": np.arange(6, dtype=np.uint8).reshape(1, 2, 3),
        "bool": np.array([True, False, True]),
        "empty": np.zeros((0, 4), np.float32),
    }
    for name, value in values.items():
        np.save(folder / f"{name}.npy", value)
    # A header that is longer by the room that NumPy leaves for the first extent, to the next multiple of 64.
    np.save(folder / "long_header.npy", np.zeros((1, 1, 1, 1, 1, 1, 1, 1), np.uint8))
    np.save(folder / "longer_header.npy", np.zeros((0, 1234567, 1, 123456, 1, 1, 1, 1), np.uint8))
    np.save(folder / "bfloat16.npy", np.array([1.5, -3.0], ml_dtypes.bfloat16))
    np.savez(folder / "stored.npz", **values)
    np.savez_compressed(folder / "compressed.npz", a=np.zeros((40, 50), np.float32), b=values["int32"])

    grid = np.arange(6, dtype=">f4").reshape(2, 3)
    np.save(folder / "big_endian.npy", grid)
    np.save(folder / "fortran.npy", np.asfortranarray(np.arange(24, dtype=np.float64).reshape(2, 3, 4)))
    np.save(folder / "fortran_big_endian.npy", np.asfortranarray(np.arange(6, dtype=">i8").reshape(3, 2)))
    for version in (2, 3):
        with open(folder / f"version{version}.npy", "wb") as file:
            np.lib.format.write_array(file, values["int32"], version=(version, 0))
    np.save(folder / "pickle.npy", np.array([{"a": 1}, None], object), allow_pickle=True)
    np.save(folder / "structured.npy", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
    np.save(folder / "complex.npy", np.zeros(2, np.complex64))
    np.save(folder / "text.npy", np.array(["ab", "c"]))
    np.save(folder / "int16.npy", np.arange(3, dtype=np.int16))

    values["bfloat16"] = np.array([1.5, -3.0], ml_dtypes.bfloat16)
    safetensors.numpy.save_file(values, folder / "all.safetensors", metadata={"format": "np"})


archives()
arrays()
