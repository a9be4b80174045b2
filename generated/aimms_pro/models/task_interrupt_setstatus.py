from typing import Literal

TaskInterruptSetstatus = Literal["interrupt-execution", "interrupt-solve"]

TASK_INTERRUPT_SETSTATUS_VALUES: set[TaskInterruptSetstatus] = {
    "interrupt-execution",
    "interrupt-solve",
}


def check_task_interrupt_setstatus(value: str) -> TaskInterruptSetstatus:
    if value in TASK_INTERRUPT_SETSTATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TASK_INTERRUPT_SETSTATUS_VALUES!r}")
