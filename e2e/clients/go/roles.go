// STS and Location on the same port, through the SDK's own packages.
package main

import (
	"fmt"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/location"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
)

func plain() *sdk.Config { return sdk.NewConfig().WithScheme("HTTP").WithAutoRetry(false) }

func stsClient(endpoint string, key auth.Credential) *sts.Client {
	client, err := sts.NewClientWithOptions(region, plain(), key)
	check(err == nil, "STS client: %v", err)
	client.Domain = endpoint
	return client
}

// roles assumes a role, calls with its credentials until the cloud's clock is beyond their end.
func roles(endpoint string) {
	own := credentials.NewAccessKeyCredential("testid", "testsecret")
	assume := sts.CreateAssumeRoleRequest()
	assume.Scheme = "HTTP"
	assume.RoleArn = "acs:ram::default:role/ci"
	assume.RoleSessionName = "go-sdk"
	assume.DurationSeconds = requests.NewInteger(900)
	made, err := stsClient(endpoint, own).AssumeRole(assume)
	must(err, "AssumeRole")
	key := made.Credentials
	check(strings.HasPrefix(key.AccessKeyId, "STS.") && seconds.MatchString(key.Expiration), "credentials %+v", key)

	role := credentials.NewStsTokenCredential(key.AccessKeyId, key.AccessKeySecret, key.SecurityToken)
	ask := sts.CreateGetCallerIdentityRequest()
	ask.Scheme = "HTTP"
	who, err := stsClient(endpoint, role).GetCallerIdentity(ask)
	must(err, "GetCallerIdentity as the role")
	check(who.IdentityType == "AssumedRoleUser" && strings.HasSuffix(who.Arn, ":assumed-role/ci/go-sdk"), "caller %+v", who)
	check(who.Arn == made.AssumedRoleUser.Arn, "caller %s, assumed %s", who.Arn, made.AssumedRoleUser.Arn)

	client, err := ecs.NewClientWithOptions(region, plain(), role)
	check(err == nil, "client: %v", err)
	client.Domain = endpoint
	_, code := send(client, "DescribeRegions", nil)
	check(code == "OK", "DescribeRegions as the role: %s", code)
	second, err := stsClient(endpoint, own).AssumeRole(assume)
	must(err, "AssumeRole again")
	for token, wanted := range map[string]string{
		"":                               "MissingSecurityToken",
		"another":                        "InvalidSecurityToken.Malformed",
		second.Credentials.SecurityToken: "InvalidSecurityToken.MismatchWithAccessKey",
	} {
		mixed, _ := ecs.NewClientWithOptions(region, plain(), credentials.NewStsTokenCredential(key.AccessKeyId, key.AccessKeySecret, token))
		mixed.Domain = endpoint
		_, code = send(mixed, "DescribeRegions", nil)
		check(code == wanted, "the token %q: %s, not %s", token, code, wanted)
	}
	lab(endpoint, "clock", map[string]any{"advance_seconds": 900})
	_, code = send(client, "DescribeRegions", nil)
	check(code == "InvalidSecurityToken.Expired", "DescribeRegions after the end: %s", code)
	fmt.Println("ok: credentials of a role, until they expire")
}

func endpoints(endpoint string) {
	client, err := location.NewClientWithOptions(region, plain(), credentials.NewAccessKeyCredential("testid", "testsecret"))
	check(err == nil, "Location client: %v", err)
	client.Domain = endpoint
	request := location.CreateDescribeEndpointsRequest()
	request.Scheme = "HTTP"
	request.Id = region
	request.ServiceCode = "ecs"
	request.Type = "openAPI"
	found, err := client.DescribeEndpoints(request)
	must(err, "DescribeEndpoints")
	check(found.Success && len(found.Endpoints.Endpoint) == 1 && found.Endpoints.Endpoint[0].Endpoint == endpoint, "endpoints %+v", found)
}
