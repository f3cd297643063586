// Replays what the alicloud Terraform provider calls, resource by resource: create, read with every member
// that it takes from the answer, the second plan, each update, delete until the object is gone.
//
//	terraform -endpoint 127.0.0.1:20140
//
// Exit status 0: every answer was what the provider needs.
package main

import (
	"flag"
	"fmt"
)

func main() {
	endpoint := flag.String("endpoint", "", "host:port of zonedisk-cloud")
	flag.Parse()
	c := client{*endpoint}
	c.start()
	network := c.vpc()
	vswitch := c.vswitch(network)
	group := c.group(network)
	other := textAt(c.call(tea, ecs, "CreateSecurityGroup", params{"RegionId": region, "ClientToken": token("CreateSecurityGroup"), "VpcId": network}), "SecurityGroupId")
	in := c.instance(instance{vpc: network, vswitch: vswitch, group: group, keyPair: c.keyPair(), image: "aliyun_3_x64_20G_alibase_20240528.vhd"})
	c.updateInstance(in, other)

	disk := c.createDisk()
	c.attach(disk, in.id)
	snapshot := c.snapshot(disk)
	c.policy(disk)
	c.imageOf(in.id)

	c.deleteSnapshot(snapshot)
	c.detach(disk, in.id)
	c.deleteDisk(disk)
	c.deleteInstance(in)
	c.deleteKeyPair(in.keyPair)
	c.deleteVSwitch(vswitch)
	c.refused(tea, vpc, "DeleteVpc", "DependencyViolation.SecurityGroup", params{"VpcId": network, "RegionId": region, "ClientToken": token("DeleteVpc")})
	c.deleteGroup(group)
	c.deleteGroup(other)
	c.deleteVpc(network)
	fmt.Println("ok: everything is destroyed")
}
