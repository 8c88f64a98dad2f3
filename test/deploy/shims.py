"""Starts MiniStack with the named shims: python shims.py <name>...

Without names it is MiniStack as it comes from PyPI. Each shim mends one gap of the emulator towards AWS. preflight.ts probes for the gaps first, and names here only those it has
found: neither the template nor the CDK command line is ever changed for the emulator's sake.
"""

import sys
import threading
import time
import uuid

from ministack import app
from ministack.core import iam_actions, lambda_runtime
from ministack.services import lambda_svc, scheduler, sqs, stepfunctions
from ministack.services.cloudformation import provisioners


def sqs_batch_actions():
    """AWS authorizes SendMessageBatch as sqs:SendMessage, etc., because IAM has no batch actions for SQS."""
    extract = iam_actions.extract_iam_action

    def extract_iam_action(service, *rest, **named):
        action = extract(service, *rest, **named)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    iam_actions.extract_iam_action = extract_iam_action


def task_token_resource():
    """AWS authorizes SendTaskSuccess on the token's state machine. MiniStack uses no resource."""
    machines, here = {}, threading.local()
    execute, invoke, extract = (
        stepfunctions._execute_task,
        stepfunctions._invoke_with_callback,
        iam_actions.extract_resource_arn,
    )

    def execute_task(state_def, raw_input, execution, ctx):
        here.machine = execution["stateMachineArn"]
        return execute(state_def, raw_input, execution, ctx)

    def invoke_with_callback(resource, input_data, token, state_def):
        machines[token] = here.machine
        return invoke(resource, input_data, token, state_def)

    def extract_resource_arn(service, method, path, headers, body, *rest, **named):
        if service == "states":
            machine = machines.get(iam_actions._safe_json_field(body, "taskToken"))
            if machine:
                return machine
        return extract(service, method, path, headers, body, *rest, **named)

    stepfunctions._execute_task = execute_task
    stepfunctions._invoke_with_callback = invoke_with_callback
    iam_actions.extract_resource_arn = extract_resource_arn


def error_names():
    """AWS reports the error's name (errorType). MiniStack reports Runtime.HandlerError for every error of a Node handler."""
    here = threading.local()
    invoke, execute = lambda_runtime.Worker.invoke, lambda_svc._execute_function_warm
    said = "error: String(err.message || err), trace:"
    if said not in lambda_runtime._NODEJS_WORKER_SCRIPT:
        raise RuntimeError("the shim error-names does not fit this MiniStack")
    lambda_runtime._NODEJS_WORKER_SCRIPT = lambda_runtime._NODEJS_WORKER_SCRIPT.replace(
        said, "errorType: err.name, " + said
    )

    def worker_invoke(self, *args, **named):
        result = invoke(self, *args, **named)
        here.name = result.get("errorType")
        return result

    def execute_function(*args, **named):
        here.name = None
        result = execute(*args, **named)
        if result.get("error") and here.name:
            result["body"]["errorType"] = here.name
        return result

    lambda_runtime.Worker.invoke = worker_invoke
    lambda_svc._execute_function_warm = execute_function


def callback_invocation_failure():
    """If the invocation itself fails, AWS fails the task at once. MiniStack still waits for the token."""
    here = threading.local()
    invoke, call = stepfunctions._invoke_with_callback, stepfunctions._call_lambda

    def invoke_with_callback(resource, input_data, token, state_def):
        here.token = token
        try:
            return invoke(resource, input_data, token, state_def)
        finally:
            here.token = None

    def call_lambda(func_ref, event):
        try:
            return call(func_ref, event)
        except stepfunctions._ExecutionError as failure:
            task = stepfunctions._task_tokens.get(getattr(here, "token", None) or "")
            if task:
                task["error"] = {"Error": failure.error, "Cause": failure.cause}
                task["event"].set()
            raise

    stepfunctions._invoke_with_callback = invoke_with_callback
    stepfunctions._call_lambda = call_lambda


def idempotent_start():
    """If an execution of that name and input runs, StartExecution succeeds on AWS and starts nothing. MiniStack rejects it."""
    start = stepfunctions._start_execution

    def start_execution(data):
        machine = data.get("stateMachineArn", "")
        running = stepfunctions._executions.get(
            f"{machine.replace(':stateMachine:', ':execution:')}:{data.get('name')}"
        )
        if running and running["status"] == "RUNNING" and running["input"] == data.get("input", "{}"):
            return stepfunctions.json_response(
                {"executionArn": running["executionArn"], "startDate": running["startDate"]}
            )
        return start(data)

    stepfunctions._start_execution = start_execution


def metric_math_alarm():
    """CloudFormation creates alarms on metric math, MiniStack rejects them. This stores them without evaluation."""
    record = provisioners._cw_metric_alarm_record

    def metric_alarm_record(name, props):
        if not props.get("Metrics"):
            return record(name, props)
        rest = {key: value for key, value in props.items() if key != "Metrics"}
        alarm = record(name, {**rest, "Namespace": "-", "MetricName": "-"})
        return {**alarm, "Namespace": "", "MetricName": "", "Metrics": props["Metrics"]}

    provisioners._cw_metric_alarm_record = metric_alarm_record


def schedule_time_zone():
    """CloudFormation keeps a schedule's time zone, MiniStack drops it. This stores it, but MiniStack's clock stays UTC."""
    create = provisioners._scheduler_schedule_create

    def schedule_create(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        schedule = scheduler._schedules[f"{props.get('GroupName', 'default')}/{name}"]
        schedule["ScheduleExpressionTimezone"] = props.get("ScheduleExpressionTimezone", "UTC")
        return name, attributes

    provisioners._scheduler_schedule_create = schedule_create
    provisioners._RESOURCE_HANDLERS["AWS::Scheduler::Schedule"]["create"] = schedule_create


def reserved_concurrency():
    """AWS keeps 100 of the account's limit unreserved, or all of a smaller limit. MiniStack drops the reservation of a function."""
    create = provisioners._lambda_create

    def lambda_create(logical_id, props, stack_name):
        wanted = props.get("ReservedConcurrentExecutions")
        if wanted is not None:
            limit = lambda_svc._ACCOUNT_CONCURRENCY_CAP
            kept = min(100, limit)
            reserved = sum(int(each.get("concurrency") or 0) for each in list(lambda_svc._functions.values()))
            if limit - reserved - int(wanted) < kept:
                raise ValueError(
                    "Specified ReservedConcurrentExecutions for function decreases account's "
                    f"UnreservedConcurrentExecution below its minimum value of [{kept}]."
                )
        name, attributes = create(logical_id, props, stack_name)
        if wanted is not None:
            lambda_svc._functions[name]["concurrency"] = int(wanted)
        return name, attributes

    provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]["create"] = lambda_create


def message_move_task():
    """Adds StartMessageMoveTask and ListMessageMoveTasks, which MiniStack lacks. Moves all visible messages at once."""
    tasks = {}

    def url_of(arn):
        for url, queue in list(sqs._queues.items()):
            if queue["attributes"].get("QueueArn") == arn:
                return url
        raise sqs._Err("ResourceNotFoundException", f"The resource {arn} doesn't exist.")

    def is_dead_letter_queue(arn):
        return any(arn in queue["attributes"].get("RedrivePolicy", "") for queue in list(sqs._queues.values()))

    def start(data, _url):
        source_arn, destination_arn = data["SourceArn"], data["DestinationArn"]
        if not is_dead_letter_queue(source_arn):
            raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
        source, destination, moved = url_of(source_arn), url_of(destination_arn), 0
        while messages := sqs._receive_messages_for_esm(source, 10):
            for message in messages:
                attributes = message.get("message_attributes") or {}
                sqs._act_send_message(
                    {"QueueUrl": destination, "MessageBody": message["body"], "MessageAttributes": attributes},
                    destination,
                )
                sqs._delete_messages_for_esm(source, {message["receipt_handle"]})
                moved += 1
        tasks.setdefault(source_arn, []).insert(
            0,
            {
                "Status": "COMPLETED",
                "SourceArn": source_arn,
                "DestinationArn": destination_arn,
                "ApproximateNumberOfMessagesMoved": moved,
                "ApproximateNumberOfMessagesToMove": moved,
                "StartedTimestamp": int(time.time() * 1000),
            },
        )
        return {"TaskHandle": str(uuid.uuid4())}

    def tasks_of(data, _url):
        return {"Results": tasks.get(data["SourceArn"], [])[: data.get("MaxResults", 1)]}

    sqs._HANDLERS.update({"StartMessageMoveTask": start, "ListMessageMoveTasks": tasks_of})


SHIMS = {
    shim.__name__.replace("_", "-"): shim
    for shim in (
        sqs_batch_actions,
        task_token_resource,
        error_names,
        callback_invocation_failure,
        idempotent_start,
        metric_math_alarm,
        schedule_time_zone,
        reserved_concurrency,
        message_move_task,
    )
}

if __name__ == "__main__":
    # With TLS it would also listen on port 443 if permitted, which this suite does not need.
    app._port_is_bindable = lambda host, port: False
    for name in sys.argv[1:]:
        SHIMS[name]()
    sys.argv = ["ministack"]
    app.main()
