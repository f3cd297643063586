"""alibabacloud-ecs20140526 (ACS3-HMAC-SHA256): every action that the package has."""
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException, ClientException, ThrottlingException
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from darabonba.policy.retry import RetryOptions
from darabonba.runtime import RuntimeOptions

from common import REGION, ZONE, Unavailable, cases, check, done, lab, many_callers, nested, options, outcome_of, plain
from models import answered, compare, members

given = options("alibabacloud-ecs20140526")


def client_of(endpoint, **more):
    return Client(Config(access_key_id="testid", access_key_secret="testsecret", endpoint=endpoint, protocol="http",
                         region_id=REGION, **more))


client = client_of(given.endpoint)
methods = {plain(name): getattr(client, name) for name in dir(client)
           if not name.startswith("_") and not name.endswith(("_async", "_with_options"))}
requests = {name.removesuffix("Request"): getattr(models, name) for name in dir(models)
            if name.endswith("Request") and not name.endswith("ShrinkRequest")}


def code_of(error):
    check(isinstance(error, ClientException) and error.status_code >= 400 and error.request_id,
          f"{type(error).__name__} {error.status_code} {error.request_id}: {error}")
    return error.code


def send(action, parameters):
    request = requests[action]().from_map(nested(parameters))
    taken = {name: value for name, value in request.to_map().items() if value != []}
    check(taken == nested(parameters), f"{action}Request has {taken} of {parameters}")
    return outcome_of(lambda: methods[plain(action)](request), AlibabaCloudException, code_of)


rows = cases(given.cases)
missing = [action for action, _, _ in rows if action not in requests]
check(not missing, f"the package lacks {missing}")
modelled, seen, refused = {}, {}, 0
for action, outcome, parameters in rows:
    answer, code = send(action, parameters)
    check(outcome == code, f"{action} {parameters}: {code}, not {outcome}")
    refused += code != "OK"
    if outcome != "OK":
        continue
    check(answer.status_code == 200 and type(answer.body).__name__ == f"{action}ResponseBody", f"{action}: {answer}")
    modelled[action] = members(models, type(answer.body))
    seen[action] = answered(answer.body.to_map())
done(f"{len(rows)} actions sent, {refused} of them refused as documented")
compare(modelled, seen)

# Throttled, then let through; unavailable, then there.
patient = RetryOptions({"retryable": True, "retryCondition": [
    {"maxAttempts": 5, "exception": ["ThrottlingException", "ServerException"], "errorCode": []}]})
lab(given.endpoint, "throttles", {"Action": "DescribeZones", "Burst": 1, "PerMinute": 300})
zones = {"RegionId": REGION}
check(send("DescribeZones", zones)[1] == "OK", "DescribeZones within the burst")
try:
    client.describe_zones(models.DescribeZonesRequest().from_map(zones))
    check(False, "DescribeZones beyond the burst was let through")
except ThrottlingException as error:
    check(error.code == "Throttling.Api" and 0 < error.retry_after <= 200, f"{error.code} {error.retry_after}")
again = client_of(given.endpoint, retry_options=patient).describe_zones(models.DescribeZonesRequest().from_map(zones))
check(again.body.request_id, "DescribeZones after its retry")
lab(given.endpoint, "throttles", {"Action": "DescribeZones", "Off": True})
proxy = Unavailable(given.endpoint, 2)
regions = client_of(proxy.endpoint, retry_options=patient).describe_regions(models.DescribeRegionsRequest())
check(proxy.left == 0 and regions.body.regions.region, "DescribeRegions after two 503")
done("retries: throttled, then let through; unavailable twice, then there")

running = next(parameters["InstanceId"] for action, _, parameters in rows if action == "AttachDisk")


def create(token):
    answer, code = send("CreateDisk", {"RegionId": REGION, "ZoneId": ZONE, "DiskCategory": "cloud_essd", "Size": 20,
                                       "ClientToken": token})
    return (answer.body.disk_id if answer else None), code


many_callers(create, lambda disk: send("AttachDisk", {"DiskId": disk, "InstanceId": running}))

def roles():
    """STS on the same port: credentials of a role, until the cloud's clock is beyond their end."""
    def call(by, action, query):
        params = Params(action=action, version="2015-04-01", protocol="HTTP", method="POST", auth_type="AK", style="RPC",
                        pathname="/", req_body_type="formData", body_type="json")
        return by.call_api(params, OpenApiRequest(query=query), RuntimeOptions())["body"]

    made = call(client, "AssumeRole", {"RoleArn": "acs:ram::default:role/ci", "RoleSessionName": "python",
                                       "DurationSeconds": "900"})["Credentials"]
    role = Client(Config(access_key_id=made["AccessKeyId"], access_key_secret=made["AccessKeySecret"],
                         security_token=made["SecurityToken"], endpoint=given.endpoint, protocol="http", region_id=REGION))
    who = call(role, "GetCallerIdentity", {})
    check(who["IdentityType"] == "AssumedRoleUser" and who["Arn"].endswith(":assumed-role/ci/python"), f"{who}")
    ask = models.DescribeRegionsRequest()
    check(role.describe_regions(ask).body.request_id, "DescribeRegions as the role")
    lab(given.endpoint, "clock", {"advance_seconds": 900})
    code = outcome_of(lambda: role.describe_regions(ask), AlibabaCloudException, code_of)[1]
    check(code == "InvalidSecurityToken.Expired", f"DescribeRegions after the end: {code}")
    done("credentials of a role, until they expire")


roles()
