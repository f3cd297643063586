"""aliyun-python-sdk-ecs (signature V1): every action that the package has."""
import importlib
import inspect
import json
import pkgutil

import aliyunsdkecs.request.v20140526 as package
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient

from common import REGION, ZONE, Unavailable, cases, check, done, lab, many_callers, nested, options, outcome_of

given = options("aliyun-python-sdk-ecs")


def client_of(**more):
    return AcsClient("testid", "testsecret", REGION, **more)


client = client_of(auto_retry=False)
requests = {}
for module in pkgutil.iter_modules(package.__path__):
    loaded = importlib.import_module(f"{package.__name__}.{module.name}")
    requests[module.name.removesuffix("Request")] = getattr(loaded, module.name)


def code_of(error):
    check(error.get_http_status() >= 400 and error.get_request_id(), f"{error}")
    return error.get_error_code()


# Parameters that the package's classes do not have.
lacking = set()


def request_of(action, parameters, endpoint):
    """The class's own setters, each found by the name of its argument."""
    request = requests[action]()
    setters = {}
    for name, setter in inspect.getmembers(request, inspect.ismethod):
        arguments = list(inspect.signature(setter).parameters) if name.startswith("set_") else []
        if len(arguments) == 1:
            setters[arguments[0]] = setter
    for name, value in nested(parameters).items():
        if name.lower() == "regionid":  # not among the setters: the client adds its own to every call
            continue
        if name in setters:
            setters[name](value)
        else:
            lacking.add(f"{action}.{name}")
            request.add_query_param(name, value)
    request.set_endpoint(endpoint)
    request.set_protocol_type("http")
    request.set_accept_format("json")
    return request


def send(action, parameters, by=client, endpoint=given.endpoint):
    request = request_of(action, parameters, endpoint)
    answer, code = outcome_of(lambda: by.do_action_with_exception(request), ServerException, code_of)
    return (json.loads(answer) if answer else None), code


rows = cases(given.cases)
missing = {action for action, _, _ in rows if action not in requests}
check(not missing, f"the package lacks {missing}")
refused = 0
for action, outcome, parameters in rows:
    answer, code = send(action, parameters)
    check(outcome == code, f"{action} {parameters}: {code}, not {outcome}")
    check(answer is None or answer["RequestId"], f"{action}: {answer}")
    refused += code != "OK"
check(not lacking, f"the package's classes lack {lacking}")
done(f"{len(rows)} actions sent, {refused} of them refused as documented")

patient = client_of(auto_retry=True, max_retry_time=5)
# The package repeats after Throttling alone, not after the two others.
bucket = {"AccessKeyId": "testid", "Action": "DescribeZones"}
lab(given.endpoint, "throttles", bucket | {"Burst": 1, "PerMinute": 300})
zones = {"RegionId": REGION}
check(send("DescribeZones", zones)[1] == "OK", "DescribeZones within the burst")
check(send("DescribeZones", zones)[1] == "Throttling", "DescribeZones beyond the burst was let through")
check(send("DescribeZones", zones, patient)[1] == "OK", "DescribeZones after its retry")
lab(given.endpoint, "throttles", bucket | {"Off": True})
proxy = Unavailable(given.endpoint, 2)
check(send("DescribeRegions", {}, patient, proxy.endpoint)[1] == "OK" and proxy.left == 0, "DescribeRegions after two 503")
done("retries: throttled, then let through; unavailable twice, then there")

running = next(parameters["InstanceId"] for action, _, parameters in rows if action == "AttachDisk")


def create(token):
    answer, code = send("CreateDisk", {"RegionId": REGION, "ZoneId": ZONE, "DiskCategory": "cloud_essd", "Size": 20,
                                       "ClientToken": token})
    return (answer["DiskId"] if answer else None), code


many_callers(create, lambda disk: send("AttachDisk", {"DiskId": disk, "InstanceId": running}))
