from typing import Literal

GetSolutionAccept = Literal[
    "application/json",
    "application/vnd.adiutabyte.adiutaopt.json+br",
    "application/vnd.adiutabyte.adiutaopt.json+deflate",
    "application/vnd.adiutabyte.adiutaopt.json+gzip",
]

GET_SOLUTION_ACCEPT_VALUES: set[GetSolutionAccept] = {
    "application/json",
    "application/vnd.adiutabyte.adiutaopt.json+br",
    "application/vnd.adiutabyte.adiutaopt.json+deflate",
    "application/vnd.adiutabyte.adiutaopt.json+gzip",
}


def check_get_solution_accept(value: str) -> GetSolutionAccept:
    if value in GET_SOLUTION_ACCEPT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_SOLUTION_ACCEPT_VALUES!r}")
